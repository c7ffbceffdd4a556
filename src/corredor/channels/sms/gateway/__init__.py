"""SMS through a gateway of one's own: Kannel and its kin, or an Android phone with a gateway app."""
