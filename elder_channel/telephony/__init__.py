"""The carrier's protocol: signatures, TwiML, its REST API and media frames. Its formats stop here."""
