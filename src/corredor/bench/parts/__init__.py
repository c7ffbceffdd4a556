"""Parts that benches share with tests: local servers, certificates, push services, carriers, subscribers."""
