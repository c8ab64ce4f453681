//! What every front needs: TLS doors, caller, problems, sessions' cookies, rate limits, request log
