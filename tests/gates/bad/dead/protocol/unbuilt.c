/* unbuilt.c -- nobody wants it. */
