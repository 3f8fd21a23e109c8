@rem Completion of "kubectl crashloop" in kubectl's own shell completion (kubectl 1.26 or newer).
@kubectl-crashloop.exe __complete %*
