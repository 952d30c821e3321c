/** `scout test-dicomweb BASE`: the address of a DICOMweb server -> reports and an exit code. */
import { FHIR_VERSIONS } from '../core/fhir-version';
import { KnownError } from '../core/known-error';
import type { CommandContext, CommandOutcome, CommandRecord } from './command';
import { reportRun } from './report-run';
import { patternsOf, testOptions } from './test';

export const testDicomwebCommand: CommandRecord = {
  name: 'test-dicomweb',
  summary: 'Test a DICOMweb server: QIDO-RS, WADO-RS, WADO-URI, and STOW-RS with --write, by the clauses of DICOM PS3.18.',
  arguments: [{ name: '[url]', description: 'base URL of the RESTful service, below which /studies is, e.g. https://your.pacs/dicom-web' }],
  options: [
    { flags: '--wado-uri <url>', description: 'address of the WADO-URI service on the same host, e.g. https://your.pacs/wado' },
    { flags: '--sample <studies>', description: 'look at this many studies (default: 10)' },
    { flags: '--write', description: 'also store one tiny instance; DICOMweb cannot delete, so it stays, and the report names it' },
    { flags: '--only <pattern...>', description: 'run only tests whose id, group or requirement fits (* for any text)' },
    { flags: '--skip <pattern...>', description: 'leave out tests that fit' },
    { flags: '--list', description: 'print the tests instead of running them' },
    { flags: '--header <line...>', description: 'send this header with every request: "Name: value"; never shown in a report' },
    { flags: '--token <token>', description: 'send "Authorization: Bearer TOKEN"' },
    { flags: '--user <name:password>', description: 'send "Authorization: Basic ..."' },
    { flags: '--budget <requests>', description: 'send no more requests than this in all (default: 5000)' },
    { flags: '--rate <requests>', description: 'send no more requests a second than this (5 or 5/s; default: no limit)' },
    { flags: '--timeout <seconds>', description: 'wait this long for one answer (default: 30)' },
    { flags: '--max-time <seconds>', description: 'stop the whole run after this time (default: 1800)' },
    { flags: '--verbose', description: 'name the passes too' },
  ],
  writesOut: ({ list }) => list !== true,
  examples: [
    { line: 'scout test-dicomweb https://your.pacs/dicom-web', meaning: 'Search and retrieve a sample of its studies; pixels are read no further than a question needs.' },
    { line: 'scout test-dicomweb http://localhost:8042/dicom-web --wado-uri http://localhost:8042/wado --write', meaning: 'WADO-URI and STOW-RS too.' },
  ],
  async run(context) {
    return context.options.list === true ? list(context) : test(context);
  },
};

async function test(context: CommandContext): Promise<CommandOutcome> {
  const { options, args } = context;
  const [{ runDicomwebTests }, { DICOMWEB_TESTS }] = await Promise.all([import('../tester/dicomweb/run-dicomweb-tests.js'), import('../tester/dicomweb/tests/index.js')]);
  if (args.length === 0) throw new KnownError('no-url', 'Which server shall be tested?', 'Give its base URL: scout test-dicomweb https://your.pacs/dicom-web');
  const sample = options.sample === undefined ? undefined : Number(options.sample);
  if (sample !== undefined && !(Number.isInteger(sample) && sample >= 1)) throw new KnownError('bad-option', `--sample is "${String(options.sample)}".`, 'It takes a whole number from 1.');
  const run = await runDicomwebTests({ ...testOptions(context), ...(typeof options.wadoUri === 'string' ? { uriUrl: options.wadoUri } : {}), ...(sample === undefined ? {} : { sample }) }, DICOMWEB_TESTS);
  return reportRun(run, context);
}

async function list({ console, options }: CommandContext): Promise<CommandOutcome> {
  const [{ DICOMWEB_TESTS }, { requirementOf }, { selectByPatterns }] = await Promise.all([import('../tester/dicomweb/tests/index.js'), import('../tester/requirements.js'), import('../tester/dicomweb/select-tests.js')]);
  const rows = selectByPatterns(DICOMWEB_TESTS, patternsOf('--only', options.only), patternsOf('--skip', options.skip)).map(({ id, title, group, requirement, mode }) => {
    const { expectation, ...clause } = requirementOf(`dicomweb:${requirement}`, FHIR_VERSIONS.R4);
    return { id, title, group, mode: mode ?? 'read-only', expectation, requirement: clause };
  });
  for (const { id, title, expectation } of rows) console.line(`${id}  ${console.style.dim(`${expectation} ${title}`)}`, true);
  return { exitCode: 0, json: rows };
}
