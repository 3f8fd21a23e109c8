/* Reads a frame through a pointer that nobody set. */
#include <stdio.h>

struct frame {
    int width;
    int height;
};

static struct frame *next_frame(int number) {
    static struct frame first = {640, 480};
    return number == 0 ? &first : NULL;
}

int main(void) {
    for (int number = 0; number < 3; number++) {
        printf("decoding frame %d\n", number);
        fflush(stdout);
        printf("%d x %d\n", next_frame(number)->width, next_frame(number)->height);
        fflush(stdout);
    }
    return 0;
}
