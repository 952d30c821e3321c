/** `scout test URL`: the server's address and what to test -> reports and an exit code. */
import type { Resource } from '../core/fhir';
import { FHIR_VERSIONS, fhirVersion } from '../core/fhir-version';
import { KnownError } from '../core/known-error';
import type { Seen, TestOptions } from '../tester/options';
import type { CommandContext, CommandOutcome, CommandRecord } from './command';
import { reportRun } from './report-run';

export const testCommand: CommandRecord = {
  name: 'test',
  summary: 'Test a FHIR server: what it declares, searches, reads, refers to and holds. Read-only unless --write is given.',
  arguments: [{ name: '[url]', description: 'base URL of the server, e.g. https://your.server/fhir (not needed with --replay and --list)' }],
  options: [
    { flags: '--write', description: 'load test data of our own, test with it and with creating, changing and deleting, and remove all of it again' },
    { flags: '--may-stay', description: 'with --write: go on where the server deletes nothing, so that what is written stays' },
    { flags: '--only <pattern...>', description: 'run only tests whose id, group, type, expectation, requirement or tag fits (* for any text)' },
    { flags: '--skip <pattern...>', description: 'leave out tests that fit' },
    { flags: '--list', description: 'print the catalogue of tests instead of running them' },
    { flags: '--markdown', description: 'with --list: the requirements and their tests as a page of the guide' },
    { flags: '--header <line...>', description: 'send this header with every request: "Name: value"; never shown in a report' },
    { flags: '--token <token>', description: 'send "Authorization: Bearer TOKEN"' },
    { flags: '--user <name:password>', description: 'send "Authorization: Basic ..."' },
    { flags: '--patient-token <token>', description: 'a second bearer token, bound to one patient: test whether it shows data of others' },
    { flags: '--patient <id>', description: 'id of a Patient: the one to whom --patient-token is bound; alone, the one to begin with where the server shows studies for one patient at a time' },
    { flags: '--budget <requests>', description: 'send no more requests than this in all (default: 5000)' },
    { flags: '--rate <requests>', description: 'send no more requests a second than this (5 or 5/s; default: no limit)' },
    { flags: '--concurrency <requests>', description: 'requests under way at the same time (default: 4)' },
    { flags: '--timeout <seconds>', description: 'wait this long for one answer (default: 30)' },
    { flags: '--max-time <seconds>', description: 'stop the whole run after this time (default: 1800)' },
    { flags: '--fhir <version>', description: 'test by the rules of this FHIR version, whatever the server states' },
    { flags: '--record <dir>', description: 'keep every exchange in this folder' },
    { flags: '--replay <dir>', description: 'judge the exchanges of a recorded run again, without a network' },
    { flags: '--validate', description: 'check the resources seen with the official HL7 validator (needs Java)' },
    { flags: '--dicomweb', description: 'ask the archives behind the endpoints, and compare a sample of the studies with what they hold' },
    { flags: '--dicomweb-base <name=url...>', description: 'reach an archive at this base URL: NAME is an endpoint\'s id, name or address, or the host in it' },
    { flags: '--dicomweb-sample <studies>', description: 'compare this many studies (default: 5)' },
    { flags: '--baseline <report.json>', description: 'show only what came out differently than in this earlier report, and exit with 1 only for new failures' },
    { flags: '--verbose', description: 'name the passes too' },
  ],
  writesOut: ({ list }) => list !== true,
  examples: [
    { line: 'scout test https://your.server/fhir', meaning: 'Test it without writing to it; reports go to output/.' },
    { line: 'scout test https://your.server/fhir --only "search.imagingstudy.modality.*"', meaning: 'Run only the tests of one search parameter.' },
    { line: 'scout test https://your.server/fhir --token $TOKEN --rate 5 --record output/recording', meaning: 'Test it gently with an access token, and keep what was said.' },
    { line: 'scout test https://your.server/fhir --baseline last/report.json', meaning: 'Show what has changed since that report; exit with 1 only if something newly fails.' },
    { line: 'scout test http://localhost:8080/fhir --write', meaning: 'Test a server that may be written to; what is written is tagged, journalled and removed.' },
    { line: 'scout test https://your.server/fhir --dicomweb --dicomweb-base pacs.internal=https://pacs.example.org', meaning: 'Test it, and compare its studies with the archive behind it, which has another name from here.' },
    { line: 'scout test --replay output/recording', meaning: 'Judge the recorded exchanges again.' },
  ],
  async run(context) {
    assertConsistent(context);
    return context.options.list === true ? list(context) : test(context);
  },
};

async function test(context: CommandContext): Promise<CommandOutcome> {
  const options = testOptions(context);
  const { runTests } = await import('../tester/run-tests.js');
  const fixtures = options.write === true ? { fixtures: await ownFixtures(), fixturesOnlyIn: await fixturesOnlyIn() } : {};
  // Read before the run: a wrong name should not cost one, and the run may replace the file.
  const baseline = text(context.options.baseline);
  const before = baseline === undefined ? undefined : await (await import('../report/read-report.js')).readReport(baseline);
  const validateData = context.options.validate === true ? { validateData: (await import('./validate-data.js')).dataValidator(context) } : {};
  let seen: Seen | undefined;
  let left = false;
  const tested = await runTests({ ...options, ...validateData, ...fixtures, onSeen: (all) => { seen = all; }, onLeft: () => { left = true; } });
  const run = await (await import('./missing-data.js')).withMissingData(tested, seen, ownFixtures, context);
  // A run that has left something behind did not do all that it promised, unless it was told that this may be.
  const finished = (outcome: CommandOutcome): CommandOutcome => (left && options.mayStay !== true && outcome.exitCode === 0 ? { ...outcome, exitCode: 2 } : outcome);
  if (before === undefined) return finished(await reportRun(run, context));
  const { compareRuns } = await import('../report/compare-runs.js');
  // Tests that were not chosen, or that only write, are not gone.
  const partial = [...(options.only ?? []), ...(options.skip ?? [])].length > 0 || before.mode !== run.mode;
  // To compare two servers is legitimate, but should not happen unnoticed.
  const elsewhere = before.target.url === run.target.url ? [] : [`The earlier report is of ${before.target.url}: what differs between the servers shows as changed.`];
  return reportRun({ ...run, notes: [...run.notes, ...elsewhere], comparison: compareRuns(before, run, { partial }) }, context);
}

/** The examples of the guide's twins that R4 cannot say. */
async function fixturesOnlyIn(): Promise<(version: string) => Resource[]> {
  const { examplesOnlyIn } = await import('../generate/only-in-version.js');
  return (version) => examplesOnlyIn(version).map(({ resource }) => resource);
}

/** The guide's examples. */
async function ownFixtures(): Promise<Resource[]> {
  return (await import('../generate/own-examples.js')).ownExamples();
}

async function list({ options, console }: CommandContext): Promise<CommandOutcome> {
  const [{ catalogue }, { selectTests }, { requirementOf }, { loadSearchDefinitions }] = await Promise.all([
    import('../tester/tests/index.js'),
    import('../tester/select.js'),
    import('../tester/requirements.js'),
    import('../search/definitions.js'),
  ]);
  const version = typeof options.fhir === 'string' ? fhirVersion(options.fhir) : FHIR_VERSIONS.R4;
  const tests = selectTests(catalogue(loadSearchDefinitions(version), version), version, patternsOf('--only', options.only), patternsOf('--skip', options.skip));
  if (options.markdown === true) {
    const { cataloguePage } = await import('../tester/catalogue-page.js');
    const page = cataloguePage(tests, version);
    console.line(page.trimEnd(), true);
    return { exitCode: 0, json: { page } };
  }
  const rows = tests.map(({ id, title, group, resourceType, requirement, tags, mode }) => {
    const { expectation, ...clause } = requirementOf(requirement, version);
    return { id, title, group, mode: mode ?? 'read-only', ...(resourceType === undefined ? {} : { resourceType }), expectation, requirement: clause, tags: tags ?? [] };
  });
  for (const { id, title, expectation } of rows) console.line(`${id}  ${console.style.dim(`${expectation} ${title}`)}`, true);
  console.note(`${rows.length} tests`);
  return { exitCode: 0, json: rows };
}

/** The options as the tester takes them. @throws KnownError `bad-option` */
export function testOptions({ args, options, console, signal }: CommandContext): TestOptions {
  const replayDir = text(options.replay);
  const url = args[0] ?? strayUrl(options);
  if (url === undefined && replayDir === undefined) throw new KnownError('no-url', 'Which server shall be tested?', 'Give its base URL: scout test https://your.server/fhir');
  const numbers = {
    budget: wholeNumber(options.budget, '--budget', 1),
    rate: rate(options.rate),
    concurrency: wholeNumber(options.concurrency, '--concurrency', 1),
    timeoutMs: seconds(options.timeout, '--timeout'),
    maxTimeMs: seconds(options.maxTime, '--max-time'),
  };
  return {
    url: url ?? '',
    write: options.write === true,
    mayStay: options.mayStay === true,
    journalDir: options.out,
    headers: headersOf(options),
    ...patientAccessOf(options),
    only: patternsOf('--only', options.only),
    skip: patternsOf('--skip', options.skip),
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
    ...crossCheckOf(options),
    ...(text(options.fhir) === undefined ? {} : { fhir: text(options.fhir) }),
    ...(text(options.record) === undefined ? {} : { recordDir: text(options.record) }),
    ...(replayDir === undefined ? {} : { replayDir }),
    progress: console.progress,
    signal,
  };
}

/** An option that takes several values swallows the address that follows it: `--only search.* https://your.server/fhir`. */
function strayUrl(options: Readonly<Record<string, unknown>>): string | undefined {
  for (const value of [options.only, options.skip, options.header, options.dicomwebBase]) {
    const last: unknown = Array.isArray(value) ? value.at(-1) : undefined;
    if (typeof last === 'string' && /^https?:\/\//i.test(last) && !/=https?:\/\//i.test(last)) return (value as string[]).pop();
  }
  return undefined;
}

/** An option's value as it was typed. */
function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/**
 * The patterns of --only or --skip: each may hold several, separated by commas.
 * @throws KnownError `bad-option` where there is none: of an empty variable of a script must not come a run of all tests
 */
export function patternsOf(option: '--only' | '--skip', value: unknown, example = `tests, e.g. ${option} "search.imagingstudy.*"`): string[] {
  if (!Array.isArray(value)) return [];
  const patterns = value.flatMap((item) => String(item).split(',')).map((item) => item.trim()).filter((item) => item !== '');
  if (patterns.length === 0) throw new KnownError('bad-option', `${option} is empty.`, `Name ${example}, or leave it out.`);
  return patterns;
}

/** Options that do nothing without another: whoever gives one alone believes that it does. */
const NEEDS: readonly (readonly [option: string, name: string, needed: string, neededName: string])[] = [
  ['mayStay', '--may-stay', 'write', '--write'],
  ['markdown', '--markdown', 'list', '--list'],
];

/** Options that contradict each other: a recording is judged as it was made. */
const AGAINST_REPLAY: readonly (readonly [option: string, name: string])[] = [['write', '--write'], ['record', '--record']];

/** @throws KnownError `bad-option` */
function assertConsistent({ args, options }: Pick<CommandContext, 'args' | 'options'>): void {
  for (const [option, name, needed, neededName] of NEEDS) {
    if (options[option] === true && options[needed] !== true) throw new KnownError('bad-option', `${name} does nothing without ${neededName}.`, `Add ${neededName}, or leave ${name} out.`);
  }
  if (options.replay === undefined) return;
  if (args.length > 0) throw new KnownError('bad-option', `--replay judges the server that was recorded, not ${args[0] as string}.`, 'Leave the address out.');
  for (const [option, name] of AGAINST_REPLAY) {
    if (options[option] !== undefined && options[option] !== false) throw new KnownError('bad-option', `--replay and ${name} contradict each other: what was recorded is judged again, and nothing is sent.`, `Leave ${name} out.`);
  }
}

/** What a header can hold: https://www.rfc-editor.org/rfc/rfc9110#section-5.5 */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** The headers of --header, --token and --user. @throws KnownError `bad-option` */
export function headersOf(options: Readonly<Record<string, unknown>>): Record<string, string> {
  const headers: Record<string, string> = {};
  const token = text(options.token);
  const user = text(options.user);
  if (token !== undefined && user !== undefined) throw new KnownError('bad-option', '--token and --user both set the Authorization header.', 'Give one of them.');
  if (token !== undefined && (token.trim() === '' || !HEADER_VALUE.test(token.trim()))) throw new KnownError('bad-option', '--token is empty, or has characters that a header cannot have, as a line break.', 'Write --token TOKEN, the token alone.');
  if (token !== undefined) headers['Authorization'] = `Bearer ${token.trim()}`;
  if (user !== undefined) {
    if (!user.includes(':')) throw new KnownError('bad-option', '--user takes a name and a password.', 'Write --user NAME:PASSWORD');
    headers['Authorization'] = `Basic ${Buffer.from(user, 'utf8').toString('base64')}`;
  }
  for (const line of Array.isArray(options.header) ? (options.header as unknown[]).map(String) : []) {
    // The value may be a secret, so the line itself is not repeated in the message.
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n]*)$/.exec(line);
    if (match === null || !HEADER_VALUE.test((match[2] as string).trim())) throw new KnownError('bad-option', 'A --header is not of the form "Name: value", or has characters that a header cannot have.', 'Write e.g. --header "X-Tenant: north"');
    headers[match[1] as string] = (match[2] as string).trim();
  }
  return headers;
}

/** --patient-token, which needs --patient, and --patient, whose studies are asked for where a server does not show all. @throws KnownError `bad-option` */
function patientAccessOf(options: Readonly<Record<string, unknown>>): Pick<TestOptions, 'patientAccess' | 'patients'> {
  const token = text(options.patientToken)?.trim();
  const patient = text(options.patient)?.trim();
  if (token === undefined && patient === undefined) return {};
  if (patient === undefined) throw new KnownError('bad-option', '--patient-token and --patient belong together.', 'Write --patient-token TOKEN --patient ID, and --token TOKEN for the access to all data.');
  if (!/^(Patient\/)?[A-Za-z0-9\-.]{1,64}$/.test(patient)) throw new KnownError('bad-option', `--patient is "${patient}", which is no id of a Patient.`, 'Write --patient ID');
  return { patients: [patient.replace(/^Patient\//, '')], ...(token === undefined ? {} : { patientAccess: { token, patient } }) };
}

/** --dicomweb and what goes with it. @throws KnownError `bad-option` */
function crossCheckOf(options: Readonly<Record<string, unknown>>): Pick<TestOptions, 'crossCheck'> {
  const sample = wholeNumber(options.dicomwebSample, '--dicomweb-sample', 1);
  const bases = (Array.isArray(options.dicomwebBase) ? (options.dicomwebBase as unknown[]).map(String) : []).map((text) => {
    // An address may itself have an equals sign: the URL begins at the last one before a scheme.
    const [, name = '', url = ''] = /^(.+?)=(https?:\/\/.+)$/i.exec(text) ?? [];
    if (name === '' || !URL.canParse(url)) throw new KnownError('bad-option', `--dicomweb-base ${text} is not of the form NAME=URL.`, 'Write e.g. --dicomweb-base pacs.internal=https://pacs.example.org/dicom-web');
    return [name, url] as const;
  });
  if (options.dicomweb !== true && sample === undefined && bases.length === 0) return {};
  return { crossCheck: { ...(sample === undefined ? {} : { sample }), bases: Object.fromEntries(bases) } };
}

function wholeNumber(value: unknown, option: string, least: number): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isInteger(number) || number < least) throw new KnownError('bad-option', `${option} is "${shown(value)}".`, `It takes a whole number of ${least} or more.`);
  return number;
}

function rate(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(shown(value));
  const number = Number(match?.[1]);
  if (match === null || number <= 0) throw new KnownError('bad-option', `--rate is "${shown(value)}".`, 'It takes a number of requests a second: --rate 5');
  return number;
}

function seconds(value: unknown, option: string): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0 || number > 1e6) throw new KnownError('bad-option', `${option} is "${shown(value)}".`, 'It takes a number of seconds above 0.');
  return number * 1000;
}
