/* Checks an invariant that the third entry breaks. */
#include <assert.h>
#include <stdio.h>

static int share(int total, int parts) {
    assert(total % parts == 0);
    return total / parts;
}

int main(void) {
    int totals[] = {12, 9, 10};
    for (int i = 0; i < 3; i++) {
        printf("invoice %d: %d each\n", i + 1, share(totals[i], 3));
        fflush(stdout);
    }
    return 0;
}
