/* example.c -- the example of the README: a customer, points earned exactly once, points spent.
 *
 *   cc client/example.c -Iclient build/release/libcrmdb.a -lpthread
 *   ./a.out crmdb://127.0.0.1:7878
 *
 * Exit status: 0 fine, 1 the server refused something, 3 unreachable or outcome unknown.
 */
#include <crmdb/crmdb.h>
#include <inttypes.h>
#include <stdio.h>

static int fail(const char *what, const crm_error *error)
{
	fprintf(stderr, "%s: %s (%s)%s\n", what, error->message, error->hint,
		error->in_doubt ? " -- outcome unknown, repeat with the same ref" : "");
	return error->in_doubt || error->retryable ? 3 : 1;
}

static void show(const char *what, const crm_result *result, uint32_t index)
{
	crm_points points;
	if (crm_result_points(result, index, &points) == 0)
		printf("%s: %" PRId64 " -> %" PRId64 " in event %" PRIu64 "%s\n", what,
		       points.before, points.after, points.event,
		       crm_result_repeated(result, index) ? " (already applied)" : "");
}

/* Four writes and a read in one round trip. */
static int run(crm_client *db, crm_batch *batch, crm_result **result)
{
	crm_error error;
	crm_customer customer;
	crm_batch_customer_create(batch, 4711, "signup-4711");
	int first = crm_batch_points_earn(batch, 4711, 500, "order-1001");
	int again = crm_batch_points_earn(batch, 4711, 500, "order-1001"); /* as a retry would */
	int spent = crm_batch_points_redeem(batch, 4711, 200, "voucher-1001");
	int now = crm_batch_customer_get(batch, 4711);

	if (crm_exec(db, batch, result, &error) != CRM_OK)
		return fail("exec", &error);
	if (crm_result_first_error(*result, &error) != CRM_OK)
		return fail("operation", &error);
	show("earned", *result, (uint32_t)first);
	show("again ", *result, (uint32_t)again);
	show("spent ", *result, (uint32_t)spent);
	if (crm_result_customer(*result, (uint32_t)now, &customer) == 0)
		printf("customer %" PRIu64 " has %" PRId64 " points\n", customer.customer,
		       customer.points);
	return 0;
}

int main(int argc, char **argv)
{
	crm_error error;
	crm_client *db = crm_open(argc > 1 ? argv[1] : NULL, &error);
	if (db == NULL) {
		fail("connect", &error);
		return 3;
	}
	crm_batch *batch = crm_batch_new();
	crm_result *result = NULL;
	int status = batch == NULL ? 1 : run(db, batch, &result);
	crm_result_free(result);
	crm_batch_free(batch);
	crm_close(db);
	return status;
}
