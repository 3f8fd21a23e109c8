/* Built for a CPU with an instruction that this one does not have: ud2 stands for it on every model. */
#include <stdio.h>

int main(void) {
    puts("matrix 1.4: selected kernel avx512_bf16");
    fflush(stdout);
#if defined(__x86_64__) || defined(__i386__)
    __asm__ volatile("ud2");
#else
    __asm__ volatile("udf #0");
#endif
    return 0;
}
