"""How many agents, with which dialects, a forecast needs: Erlang A, and a simulation with the router itself."""
