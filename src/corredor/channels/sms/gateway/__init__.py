"""SMS through a gateway of one's own: Kannel and its kin, or an Android phone with a gateway app."""

from .provider import SmsGatewayChannel, SmsGatewaySettings

__all__ = ["SmsGatewayChannel", "SmsGatewaySettings"]
