"""SMS through a self-hosted gateway: Kannel and compatible ones, or an Android phone with a gateway app."""
