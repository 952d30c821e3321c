/** A read-only run that lacked data in, `missing-data.json` beside the reports out, and a note in the run that says what it is good for. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from '../core/grammar';
import { diskSays } from '../core/disk-trouble';
import { KnownError } from '../core/known-error';
import type { Resource } from '../core/fhir';
import type { Run } from '../core/result';
import { writeWhole } from '../core/write-whole';
import type { Seen } from '../tester/options';
import type { Transport } from '../tester/http/transport';
import type { CommandContext } from './command';

const FILE_NAME = 'missing-data.json';

/** The run, with a note about the data that would decide more of its tests; the data itself goes below --out. */
export async function withMissingData(run: Run, seen: Seen | undefined, fixtures: () => Promise<Resource[]>, { options, signal, console }: CommandContext): Promise<Run> {
  const path = join(options.out, FILE_NAME);
  // That of an earlier run would be taken for this one's.
  rmSync(path, { force: true });
  // The fixtures are R4, and a run that writes has loaded them already.
  if (run.mode !== 'read-only' || run.summary.noData === 0 || seen?.version.name !== 'R4') return run;
  const { missingData } = await import('../tester/missing-data/missing-data.js');
  console.progress.start('Looking for data that would decide more');
  const { bundle, decides } = await missingData({ run, seen, fixtures: await fixtures(), serve: await openServe(), signal });
  console.progress.end(`${decides.length} of ${run.summary.noData} tests`);
  const count = bundle.entry?.length ?? 0;
  if (count === 0) return run;
  try {
    mkdirSync(options.out, { recursive: true });
    writeWhole(path, `${JSON.stringify(bundle, null, 2)}\n`);
  } catch (error) {
    throw new KnownError('report-not-written', `${path} cannot be written: ${diskSays(error)}.`, 'Choose another folder with --out.', { cause: error });
  }
  return { ...run, notes: [...run.notes, noteOf(path, count, decides.length, run.summary.noData)] };
}

function noteOf(path: string, count: number, decides: number, lacking: number): string {
  const rest = lacking === decides ? '' : lacking - decides === 1 ? ' The guide\'s examples have nothing for the other one; its message says what it needs.' : ` The guide's examples have nothing for the other ${lacking - decides}; their messages say what they need.`;
  return `${path} holds ${counted(count, 'resource')} that would decide ${decides} of the ${counted(lacking, 'test')} without data: a transaction to post to the server, if you may.${rest}`;
}

/** The embedded server, on which the tests are rehearsed. */
async function openServe(): Promise<(resources: readonly Resource[], seen: Seen) => Transport> {
  const [{ createFhirServer }, { loadSearchDefinitions }] = await Promise.all([import('../server/server.js'), import('../search/definitions.js')]);
  return (resources, { base, version }) => {
    const { origin, pathname } = new URL(base);
    const server = createFhirServer({ version, definitions: loadSearchDefinitions(version), clock: () => new Date(), newId: randomUUID, basePath: pathname });
    for (const resource of structuredClone(resources) as Resource[]) loadIfPossible(server, resource);
    server.rebase(origin);
    return ({ method, url, headers, body }) => {
      const lowered = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      return Promise.resolve(server.handle({ method, url: url.slice(origin.length), headers: lowered, ...(body === undefined ? {} : { body }) }));
    };
  };
}

/** What the server under test has may be illegal, by its id for one: that is for the tests to say, and costs no run its reports. */
function loadIfPossible(server: { load(resource: Resource): void }, resource: Resource): void {
  try {
    server.load(resource);
  } catch (error) {
    if (!(error instanceof KnownError)) throw error;
  }
}
