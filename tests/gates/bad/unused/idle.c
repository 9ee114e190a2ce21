/* idle.c -- offers what nobody takes. */
int idle_function(void);
const int idle_table[] = {1, 2};

static int busy(void)
{
	return idle_table[0];
}

int idle_function(void)
{
	return busy();
}

int main(void)
{
	return 0;
}
