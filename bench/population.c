/* population.c -- see population.h.
 *
 * BG/NBD (Fader, Hardie, Lee: "Counting Your Customers" the Easy Way, 2005): a customer buys at a
 * rate of his own, Gamma(r, alpha) a week, and after each repeat drops out for ever with a
 * probability of his own, Beta(a, b).  Gamma-Gamma (Fader, Hardie, 2013): what he pays is
 * Gamma(p, nu) with nu of his own, Gamma(q, gamma).  The parameters are those published for the
 * CDNOW purchases, so tier, stage and spend hang together as in a real shop.
 *
 *   gamma variates   Marsaglia, Tsang: A Simple Method for Generating Gamma Variables, 2000
 *   normal variates  Box, Muller, 1958
 */
#include "bench/population.h"

#include <math.h>
#include <stdbool.h>

#define RATE_SHAPE 0.243
#define RATE_WEEKS 4.414
#define DROPOUT_A 0.793
#define DROPOUT_B 2.426
#define VALUE_P 6.25
#define VALUE_Q 3.74
#define VALUE_GAMMA 15.44
#define PROSPECT_SHARE 0.25
#define JOINED_WEEKS 156.0
#define WEEK_DAYS 7.0
#define AMOUNT_MOST 1e12 /* units; the tail has no end */

/* Uniform in (0, 1]: safe for a logarithm. */
static double unit_above_zero(struct random *random)
{
	return 1.0 - random_unit(random);
}

static double exponential(struct random *random)
{
	return -log(unit_above_zero(random));
}

static double normal(struct random *random)
{
	double radius = sqrt(2.0 * exponential(random));
	return radius * cos(2.0 * 3.14159265358979323846 * random_unit(random));
}

/* Gamma(shape, 1), shape at least 1. */
static double gamma_large(struct random *random, double shape)
{
	double d = shape - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
	for (;;) {
		double x = normal(random), root = 1.0 + c * x;
		if (root <= 0)
			continue;
		double v = root * root * root;
		if (log(unit_above_zero(random)) < 0.5 * x * x + d - d * v + d * log(v))
			return d * v;
	}
}

static double gamma_draw(struct random *random, double shape, double rate)
{
	if (shape >= 1.0)
		return gamma_large(random, shape) / rate;
	double lift = pow(unit_above_zero(random), 1.0 / shape);
	return gamma_large(random, shape + 1.0) * lift / rate;
}

static double beta_draw(struct random *random, double a, double b)
{
	double x = gamma_draw(random, a, 1.0), y = gamma_draw(random, b, 1.0);
	return x + y > 0 ? x / (x + y) : 0.5;
}

static int64_t amount_draw(struct random *random, double nu, int64_t unit)
{
	double value = gamma_draw(random, VALUE_P, nu);
	if (!(value < AMOUNT_MOST)) /* nu may be as good as 0 */
		value = AMOUNT_MOST;
	return (int64_t)llround(value * (double)unit);
}

/* A stream of its own for every customer of every seed. */
static struct random stream_of(uint64_t seed, uint64_t item)
{
	struct random random = {seed};
	random.state = random_next(&random) ^ (item * UINT64_C(0xd1342543de82ef95));
	return (struct random){random_next(&random)};
}

static uint32_t buyer_draw(const struct population *population, struct random *random,
			   struct population_order *orders)
{
	double joined = JOINED_WEEKS * unit_above_zero(random); /* weeks ago */
	double rate = gamma_draw(random, RATE_SHAPE, RATE_WEEKS);
	double dropout = beta_draw(random, DROPOUT_A, DROPOUT_B);
	double nu = gamma_draw(random, VALUE_Q, VALUE_GAMMA);
	uint32_t count = 0;
	bool alive = true;
	double ago = joined;
	while (alive && ago > 0 && count < POPULATION_ORDERS) {
		orders[count++] =
		    (struct population_order){population->today - (int32_t)(ago * WEEK_DAYS),
					      amount_draw(random, nu, population->unit)};
		alive = rate > 0 && (count == 1 || random_unit(random) >= dropout);
		if (alive)
			ago -= exponential(random) / rate;
	}
	return count;
}

uint32_t population_draw(const struct population *population, uint64_t item,
			 struct population_order orders[POPULATION_ORDERS])
{
	struct random random = stream_of(population->seed, item);
	if (population->same_day) {
		double nu = gamma_draw(&random, VALUE_Q, VALUE_GAMMA);
		int64_t amount = amount_draw(&random, nu, population->unit);
		orders[0] = (struct population_order){population->today, amount};
		return 1;
	}
	if (random_unit(&random) < PROSPECT_SHARE)
		return 0;
	return buyer_draw(population, &random, orders);
}

void population_amounts(const struct population *population, int64_t amounts[POPULATION_AMOUNTS])
{
	for (uint64_t i = 0; i < POPULATION_AMOUNTS; i++) {
		struct random random = stream_of(~population->seed, i);
		double nu = gamma_draw(&random, VALUE_Q, VALUE_GAMMA);
		amounts[i] = amount_draw(&random, nu, population->unit);
	}
}
