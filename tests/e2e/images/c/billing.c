#include <stdio.h>

int ledger_version(void);

int main(void) {
    printf("ledger %d\n", ledger_version());
    return 0;
}
