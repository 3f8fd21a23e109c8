int ledger_version(void) {
    return 2;
}
