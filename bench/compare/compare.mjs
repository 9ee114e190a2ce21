// compare.mjs DIR -- asks the others what crmdb was asked, and prints one table; see compare.sh.
//
// Each is timed as its own users meet it: crmdb and Redis through their C clients over a socket,
// SQLite in its own process, DuckDB in this one, with two threads.  SQLite has the indexes that
// these questions want.  The median of several; a result unlike crmdb's ends the run.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const dir = process.argv[2];
const report = JSON.parse(readFileSync(`${dir}/crmdb.json`));
const { questions } = report.result.segments;
const today = report.result.segments.today;
const COLUMNS = ['id', 'tier', 'stage', 'spend', 'spend12', 'points', 'last_order', 'birthday',
	'female', 'north', 'sms'];

const week = () => {
	const days = [...Array(8).keys()].map(i => new Date((today + i) * 86400000));
	const list = days.map(d => (d.getUTCMonth() + 1) * 100 + d.getUTCDate());
	const leap = d => new Date(Date.UTC(d.getUTCFullYear(), 1, 29)).getUTCMonth() === 1;
	if (days.some(d => d.getUTCMonth() === 1 && d.getUTCDate() === 28 && !leap(d)))
		list.push(229);
	return list.join(', ');
};
const where = q => q.where.replaceAll(':today', today).replaceAll(':week', week());
const sql = q => ({
	count: `select count(*) from c where ${where(q)}`,
	page: `select sum(id) from (select id from c where ${where(q)}
	       order by spend desc, id desc limit 100)`,
	groups: `select sum(s) from (select tier, stage, count(*) n,
	         sum(${q.name === 'sum_points' ? 'points' : 'spend'}) s from c group by tier, stage)`,
}[q.form].replace(/\s+/g, ' '));
const median = list => list.sort((a, b) => a - b)[list.length >> 1];
const now = () => Number(process.hrtime.bigint()) / 1e6;

const check = (who, q, found) => {
	if (BigInt(found) !== BigInt(q.sum))
		throw new Error(`${who} answers ${found} to ${q.name}, crmdb ${q.sum}`);
};

// A process with the question many times, less one with it once.
const sqlite = () => {
	if (spawnSync('sqlite3', ['--version']).status !== 0)
		return undefined;
	const file = `${dir}/sqlite.db`, run = text =>
		execFileSync('sqlite3', [file], { input: `pragma mmap_size=8000000000;\n${text}` })
			.toString().trim().split('\n');
	run(`create table c(${COLUMNS.map(n => `${n} integer`).join(', ')});\n.mode csv\n` +
	    `.import ${dir}/customers.csv c\n` +
	    'create index a on c(tier, stage, spend); create index b on c(spend);' +
	    'create index d on c(stage, spend, id); create index e on c(last_order, spend);' +
	    'create index f on c(birthday, sms, tier); analyze;');
	return questions.map(q => {
		const text = `${sql(q)};\n`;
		const begin = now();
		check('SQLite', q, run(text).at(-1));
		const first = now() - begin, times = first > 50 ? 5 : 200;
		return median([1, 2, 3].map(() => {
			const a = now();
			run(text);
			const b = now();
			run(text.repeat(times + 1));
			return (now() - b - (b - a)) / times;
		}));
	});
};

const duckdb = async () => {
	if (!existsSync(`${dir}/node_modules/@duckdb/node-api`))
		return undefined;
	const { DuckDBInstance } = await import('@duckdb/node-api');
	const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
	const c = await instance.connect();
	const types = COLUMNS.map(n => `'${n}': '${
		{ tier: 'UTINYINT', stage: 'UTINYINT', female: 'UTINYINT', north: 'UTINYINT',
		  sms: 'UTINYINT', birthday: 'SMALLINT', last_order: 'INTEGER' }[n] ?? 'BIGINT'}'`);
	await c.run(`create table c as select * from read_csv('${dir}/customers.csv', header = false,
	             columns = {${types.join(', ')}})`);
	const times = [];
	for (const q of questions) {
		const statement = await c.prepare(sql(q)), taken = [];
		check('DuckDB', q, (await statement.runAndReadAll()).getRows()[0][0]);
		for (let i = 0; i < 21; i++) {
			const from = now();
			await statement.run();
			taken.push(now() - from);
		}
		times.push(median(taken));
	}
	return times;
};

const redis = () => {
	const socket = `${dir}/redis.sock`;
	if (!existsSync(socket))
		return undefined;
	const commands = {
		one_tier: ['ZCARD', 'tier:3'],
		narrow_spend: ['ZCOUNT', 'spend', '10000', '10100'],
		wide_spend: ['ZCOUNT', 'spend', '5000', '100000'],
		top_loyal: ['ZREVRANGE', 'stage:3', '0', '99', 'WITHSCORES'],
	};
	return questions.map(q => {
		const command = commands[q.name];
		if (command === undefined)
			return undefined;
		const said = execFileSync('redis-cli', ['-s', socket, ...command]).toString().trim();
		const ids = said.split('\n').filter((_, i) => i % 2 === 0);
		check('Redis', q, q.form === 'page' ? ids.reduce((sum, id) => sum + BigInt(id), 0n) : said);
		const table = execFileSync('redis-benchmark', ['-s', socket, '-c', '1', '-n', '20000',
			'--csv', ...command]).toString().trim().split('\n');
		const column = table[0].replaceAll('"', '').split(',').indexOf('p50_latency_ms');
		return Number(table[1].replaceAll('"', '').split(',').at(column));
	});
};

const others = { DuckDB: await duckdb(), SQLite: sqlite(), Redis: redis() };
const cell = ms => ms === undefined ? '–' : ms < 1 ? `${(ms * 1000).toPrecision(3)} µs`
	: `${ms.toPrecision(3)} ms`;
const names = Object.keys(others).filter(name => others[name] !== undefined);
console.log(`${report.machine.processor}, ${report.machine.cores} cores, ` +
	`${report.options.customers} customers; medians, results equal\n`);
console.log(`| question | plan | crmdb, client | crmdb, engine | ${names.join(' | ')} |`);
console.log(`|---|---|---|---|${names.map(() => '---|').join('')}`);
questions.forEach((q, i) => console.log(`| \`${q.text}\` | ${q.plan} | ${cell(q.us.p50 / 1000)} | ` +
	`${q.engine_us > 0 ? cell(q.engine_us / 1000) : '–'} | ` +
	`${names.map(name => cell(others[name][i])).join(' | ')} |`));
