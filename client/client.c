/* client.c -- the blocking client; see crmdb/crmdb.h.
 *
 * A thin front: the address is uri.c's, connections and what is held on them pool.c's, attempts and
 * their deadlines attempt.c's, numbers of added fields names.c's.
 */
#include <stdlib.h>

#include "client/attempt.h"
#include "client/clock.h"
#include "client/error.h"
#include "client/names.h"

struct crm_client {
	struct pool pool;
	struct names names;
};

crm_client *crm_open(const char *text, crm_error *error)
{
	struct uri uri;
	crm_client *client;
	error_clear(error);
	if (uri_parse(&uri, text, error) != CRM_OK)
		return NULL;
	client = calloc(1, sizeof *client);
	if (client == NULL || !pool_init(&client->pool, &uri)) {
		error_set(error, ERROR_NO_MEMORY, (struct error_detail){0, 0});
		free(client);
		return NULL;
	}
	names_open(&client->names);
	if (attempt_open(&client->pool, error) == CRM_OK)
		return client;
	crm_close(client);
	return NULL;
}

void crm_close(crm_client *client)
{
	if (client == NULL)
		return;
	names_close(&client->names);
	pool_free(&client->pool);
	free(client);
}

void crm_server_facts(crm_client *client, crm_server *out)
{
	pthread_mutex_lock(&client->pool.lock);
	*out = client->pool.facts;
	pthread_mutex_unlock(&client->pool.lock);
}

static struct keys keys_of(crm_client *client)
{
	pthread_mutex_lock(&client->pool.lock);
	struct keys keys = client->pool.keys;
	pthread_mutex_unlock(&client->pool.lock);
	return keys;
}

crm_key crm_key_new(crm_client *client)
{
	struct keys keys = keys_of(client);
	struct wire_id id;
	crm_key key = {{0}};
	if (keys_begin(&keys, &id))
		memcpy(key.bytes, id.bytes, sizeof key.bytes);
	return key;
}

static crm_status execute(crm_client *client, crm_batch *batch, crm_result **result,
			  crm_error *error)
{
	int64_t deadline_us = clock_now_us() + client->pool.uri.timeout_us;
	struct keys keys = keys_of(client);
	crm_status status = batch_check(batch, error);
	if (status != CRM_OK)
		return status;
	if (batch->names.size > 0)
		status = names_resolve(&client->names, &client->pool, batch, deadline_us, error);
	if (status != CRM_OK)
		return status;
	if (!batch_make_keys(batch, &keys))
		return error_say(error, ERROR_NO_MEMORY, "the system has no random bytes");
	batch_set_timeout(batch, (uint32_t)((client->pool.uri.timeout_us + 999) / 1000));
	status = attempt_run(&client->pool, batch, deadline_us, result, error);
	if (status == CRM_OK)
		names_show(&client->names, &client->pool, *result, deadline_us);
	return status;
}

crm_status crm_exec(crm_client *client, crm_batch *batch, crm_result **result, crm_error *error)
{
	error_clear(error);
	if (client == NULL || result == NULL)
		return error_say(error, ERROR_BAD_ARGUMENT, "no %s was given",
				 client == NULL ? "client" : "place for the result");
	crm_status status = execute(client, batch, result, error);
	if (status == CRM_OK)
		return CRM_OK;
	crm_result_free(*result);
	*result = NULL;
	return status;
}

const char *crm_version(void)
{
	return CRMDB_VERSION;
}
