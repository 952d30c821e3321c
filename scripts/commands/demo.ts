/** `scout demo` (`npm start`): the main job from end to end, and one report of it all. */
import { randomUUID } from 'node:crypto';
import type { Run, Step } from '../core/result';
import { FHIR_VERSIONS } from '../core/fhir-version';
import { KnownError } from '../core/known-error';
import type { Seen } from '../tester/options';
import type { CommandContext, CommandRecord } from './command';
import { preparingSteps, type DemoState } from './demo/demo-steps';
import { guideFolder } from './demo/guide-folder';
import { runStep } from './demo/step';
import { reportRun } from './report-run';

export const demoCommand: CommandRecord = {
  name: 'demo',
  summary: 'The main job: build the guide, make and validate examples, test a server with them, write the report.',
  arguments: [{ name: '[url]', description: 'server to test, read-only, instead of the embedded one' }],
  options: [
    { flags: '--cache <dir>', description: 'FHIR package cache (default: ~/.fhir/packages)' },
    { flags: '--validator-jar <file>', description: 'HL7 validator to use' },
  ],
  writesOut: true,
  examples: [
    { line: 'scout demo', meaning: 'Run everything against the embedded server.' },
    { line: 'scout demo https://your.server/fhir', meaning: 'Build, generate and validate, then test your server without writing to it.' },
  ],
  async run(context) {
    const { args, options, console } = context;
    const state: DemoState = { guide: guideFolder(options.out) };
    const steps: Step[] = [];
    if (args[0] !== undefined) await assertAnswers(args[0], context);
    for (const step of preparingSteps(state, context)) steps.push(await runStep(step, context));
    const target = args[0] === undefined ? await embeddedServer(state, context) : { url: args[0], close: () => Promise.resolve() };
    try {
      const { runTests } = await import('../tester/run-tests.js');
      let seen: Seen | undefined;
      const tested = await runTests({ url: target.url, progress: console.progress, signal: context.signal, onSeen: (all) => { seen = all; } });
      const examples = () => Promise.resolve(state.examples?.resources.map(({ resource }) => resource) ?? []);
      const run: Run = { ...(await (await import('./missing-data.js')).withMissingData(tested, seen, examples, context)), steps };
      const outcome = await reportRun(run, context);
      return steps.some(({ status }) => status === 'failed') ? { ...outcome, exitCode: 1 } : outcome;
    } finally {
      await target.close();
    }
  },
};

/** Before minutes of other work. @throws KnownError with the reason why nothing can be tested at the address */
async function assertAnswers(url: string, { signal }: CommandContext): Promise<void> {
  const [{ clientOptionsOf }, { baseUrl }, { discover }, { createClient }] = await Promise.all([import('../tester/client-options.js'), import('../tester/discovery/base-url.js'), import('../tester/discovery/discover.js'), import('../tester/http/client.js')]);
  await discover(createClient({ ...clientOptionsOf({}, baseUrl(url), 'read-only'), signal }));
}

async function embeddedServer({ examples }: DemoState, { console }: CommandContext): Promise<{ url: string; close(): Promise<void> }> {
  if (examples === undefined) throw new KnownError('no-examples', 'There are no examples to load into the embedded server.', 'The step "Examples made" says why; mend that, or give the URL of a server to test.');
  const [{ createFhirServer }, { listen }, { loadSearchDefinitions }] = await Promise.all([import('../server/server.js'), import('../server/listen.js'), import('../search/definitions.js')]);
  const server = createFhirServer({
    version: FHIR_VERSIONS.R4,
    definitions: loadSearchDefinitions(FHIR_VERSIONS.R4),
    resources: examples.resources.map(({ resource }) => resource),
    clock: () => new Date(),
    newId: randomUUID,
    basePath: '/fhir',
  });
  const listening = await listen(server, { port: 0 });
  console.note(`Embedded server at ${listening.url} with ${server.store.all().length} resources`);
  return listening;
}
