/** `scout serve`: a FHIR R4 server on this machine, in memory, until it is interrupted. */
import { randomUUID } from 'node:crypto';
import { FHIR_VERSIONS, fhirVersion, type FhirVersionRecord } from '../core/fhir-version';
import { counted } from '../core/grammar';
import { KnownError } from '../core/known-error';
import type { AccessRules } from '../server/access';
import type { Seen } from '../server/load-data';
import type { CommandContext, CommandOutcome, CommandRecord } from './command';

const DEFAULT_PORT = '8642';
/** Of what was given more than once this much is named. */
const REPEATED_SHOWN = 5;

export const serveCommand: CommandRecord = {
  name: 'serve',
  summary: 'Run the embedded FHIR R4 reference server on this machine.',
  options: [
    { flags: '--port <number>', description: 'port on 127.0.0.1; 0 for any free one', default: DEFAULT_PORT },
    { flags: '--data <path...>', description: 'NDJSON file, resource or Bundle in FHIR JSON or XML, or a folder of them, to begin with' },
    { flags: '--dicom [path...]', description: 'serve these DICOM files and folders at /dicom-web and /wado too; without a path a few studies made in memory' },
    { flags: '--save <file>', description: 'write all current resources there as NDJSON when the server stops' },
    { flags: '--fhir <version>', description: 'FHIR version to speak: R4, R4B, R5', default: 'R4' },
    { flags: '--base-path <path>', description: 'path of the FHIR base (default: /fhir, and with another version /fhir/R5 and the like)' },
    { flags: '--read-only', description: 'refuse every interaction that writes', default: false },
    { flags: '--cors', description: 'let web pages of any origin call the server', default: false },
    { flags: '--token <token...>', description: 'ask for a bearer token, this one, with every request' },
    { flags: '--patient-token <token=patient...>', description: 'a bearer token that sees one patient only: TOKEN=Patient/ID' },
    { flags: '--fault <id...>', description: 'plant faults, to try a tester on them' },
    { flags: '--variant <id...>', description: 'behave differently in a way that is legal' },
    { flags: '--proxy <url>', description: 'stand before another FHIR server instead: plant faults of HTTP in its answers' },
    { flags: '--list-faults', description: 'list the faults and the variants and stop', default: false },
  ],
  examples: [
    { line: 'scout serve --data input/examples', meaning: 'serves the examples at http://127.0.0.1:8642/fhir' },
    { line: 'scout serve --fhir R5 --data output/r5/examples.ndjson', meaning: 'serves the R5 examples (scout generate --fhir R5) at http://127.0.0.1:8642/fhir/R5' },
    { line: 'scout serve --port 0 --data studies.ndjson --save studies.ndjson', meaning: 'any free port; keeps what was written' },
    { line: 'scout serve --dicom studies/ --data fhir.ndjson', meaning: 'a FHIR server and, at /dicom-web, the images behind it' },
    { line: 'scout serve --data input/examples --fault token-not-drops-valueless', meaning: 'a server with one fault, to see whether a tester finds it' },
    { line: 'scout serve --proxy http://127.0.0.1:8080/fhir --fault total-counts-includes', meaning: 'another server, with one fault planted in its answers' },
  ],
  run,
};

async function run({ options, console, signal }: CommandContext): Promise<CommandOutcome> {
  const { plantedBehaviour, plantedRows } = await import('../server/planted.js');
  if (options.listFaults === true) {
    const rows = plantedRows();
    const width = Math.max(...rows.map((row) => row.id.length));
    for (const row of rows) console.line(`${console.style.dim((row.group ?? 'legal').padEnd(12))} ${row.id.padEnd(width)}  ${row.does}`, true);
    return { exitCode: 0, json: rows };
  }
  if (typeof options.proxy === 'string') return runProxy(options.proxy, { options, console, signal });
  const isDicomweb = (id: string) => id.startsWith('dicomweb-');
  const dicomweb = await dicomwebServer(options, console);
  if (dicomweb === undefined && [...list(options.fault), ...list(options.variant)].some(isDicomweb)) throw new KnownError('bad-option', 'A fault of DICOMweb shows only where DICOM is served.', 'Add --dicom.');
  const behaviour = plantedBehaviour(list(options.fault).filter((id) => !isDicomweb(id)), list(options.variant).filter((id) => !isDicomweb(id)));
  const version = servedVersion(options);
  const { loadSearchDefinitions } = await import('../search/definitions.js');
  const { createFhirServer } = await import('../server/server.js');
  const { listen } = await import('../server/listen.js');
  const { loadInto } = await import('../server/load-data.js');
  const { saveData } = await import('../server/save-data.js');
  const server = createFhirServer({
    version,
    definitions: loadSearchDefinitions(version),
    clock: () => new Date(),
    newId: randomUUID,
    basePath: basePathOf(options, version),
    behaviour,
    readOnly: options.readOnly === true,
    cors: options.cors === true,
    ...accessRulesOf(options),
    onBug: (error) => console.note(error instanceof Error ? (error.stack ?? error.message) : String(error)),
  });
  const listening = await listen(dicomweb === undefined ? server : dicomweb.beside(server), { port: portOf(String(options.port)) });
  try {
    const seen: Seen = new Map();
    for (const path of list(options.data)) {
      const { repeated } = await loadInto(server, path, console.progress, seen);
      if (repeated.length > 0) console.note(`Given more than once, each becoming the next version: ${repeated.slice(0, REPEATED_SHOWN).join('; ')}${repeated.length > REPEATED_SHOWN ? `; and ${repeated.length - REPEATED_SHOWN} more` : ''}.`);
    }
    const count = server.store.all().length;
    const planted = [...list(options.fault), ...list(options.variant)];
    console.line(`FHIR ${version.name} at ${listening.url} (${counted(count, 'resource')}${options.readOnly === true ? ', read-only' : ''}${planted.length > 0 ? `, with ${planted.join(', ')}` : ''}). Ctrl-C stops it.`, true);
    if (dicomweb !== undefined) console.line(`DICOMweb at ${new URL('/dicom-web', listening.url).href}, WADO-URI at ${new URL('/wado', listening.url).href} (${dicomweb.instances} instances).`, true);
    if (options.json) console.note(`FHIR ${version.name} at ${listening.url}`);
    await stopped(signal);
    const resources = server.store.all();
    if (typeof options.save === 'string') console.note(`Saved to ${options.save}: ${counted(saveData(options.save, resources), 'resource')}.`);
    return { exitCode: 0, json: { url: listening.url, resources: resources.length, ...(typeof options.save === 'string' ? { saved: options.save } : {}) } };
  } finally {
    await listening.close();
  }
}

/** The DICOMweb server that --dicom asks for. */
async function dicomwebServer(options: CommandContext['options'], console: CommandContext['console']) {
  if (options.dicom === undefined) return undefined;
  const [{ createArchive }, { createDicomwebServer }, { dicomwebOverrides }, { besides, readDicomFolders }] = await Promise.all([
    import('../server/dicomweb/archive.js'),
    import('../server/dicomweb/server.js'),
    import('../server/dicomweb/planted.js'),
    import('../server/dicomweb/read-folders.js'),
  ]);
  const archive = createArchive();
  if (options.dicom === true) for (const file of (await import('../dicom/dicomweb-demo.js')).demoFiles()) archive.add(file);
  else for (const remark of readDicomFolders(list(options.dicom), archive)) console.note(remark);
  const overrides = dicomwebOverrides([...list(options.fault), ...list(options.variant)].filter((id) => id.startsWith('dicomweb-')));
  const server = createDicomwebServer({ archive, overrides, readOnly: options.readOnly === true });
  return { instances: archive.of().length, beside: (fhir: Parameters<typeof besides>[0]) => besides(fhir, server) };
}

/** What shapes the embedded server; another one is what it is. */
const NOT_FOR_PROXY = ['data', 'dicom', 'save', 'readOnly', 'cors', 'token', 'patientToken'] as const;

/** Serves another server's answers with faults in them. */
async function runProxy(target: string, { options, console, signal }: Pick<CommandContext, 'options' | 'console' | 'signal'>): Promise<CommandOutcome> {
  const { plantedBehaviour, plantedRows } = await import('../server/planted.js');
  const { createProxy } = await import('../server/proxy.js');
  const { listen } = await import('../server/listen.js');
  if (!/^https?:\/\/[^/]+/.test(target)) throw new KnownError('bad-url', `--proxy ${target} is no URL.`, 'Give the base URL of a FHIR server, such as http://127.0.0.1:8080/fhir.');
  const idle = NOT_FOR_PROXY.filter((name) => options[name] !== undefined && options[name] !== false).map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  if (idle.length > 0) throw new KnownError('bad-option', `With --proxy, ${idle.join(', ')} would do nothing: the other server is as it is.`, 'Leave one of them out.');
  const planted = [...list(options.fault), ...list(options.variant)];
  const inside = plantedRows().filter((row) => planted.includes(row.id) && !row.http);
  if (inside.length > 0) throw new KnownError('not-for-proxy', `${inside.map((row) => row.id).join(', ')} can be planted in the embedded server only.`, 'scout serve --list-faults --json tells by "http" which work for a proxy.');
  const behaviour = plantedBehaviour(list(options.fault), list(options.variant));
  let exchanges = 0;
  let changed = 0;
  const onExchange = (isChanged: boolean) => {
    exchanges += 1;
    if (isChanged) changed += 1;
  };
  const listening = await listen(createProxy({ target, behaviour, basePath: basePathOf(options, FHIR_VERSIONS.R4), onExchange }), { port: portOf(String(options.port)) });
  try {
    console.line(`${target} at ${listening.url}${planted.length > 0 ? `, with ${planted.join(', ')}` : ''}. Ctrl-C stops it.`, true);
    if (options.json) console.note(`${target} at ${listening.url}`);
    await stopped(signal);
    // What shows nowhere cannot be found: nobody should blame a tester for it.
    if (planted.length > 0 && exchanges > 0) console.note(changed === 0 ? `${planted.join(', ')} changed nothing in ${counted(exchanges, 'exchange')}: this server, or what was asked of it, gave no occasion.` : `${planted.join(', ')} changed ${changed} of ${counted(exchanges, 'exchange')}.`);
    return { exitCode: 0, json: { url: listening.url, target, exchanges, changed } };
  } finally {
    await listening.close();
  }
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** @throws KnownError `bad-option` for a --patient-token that is not TOKEN=Patient/ID */
function accessRulesOf(options: Readonly<Record<string, unknown>>): { access?: AccessRules } {
  const tokens = list(options.token);
  const bound = list(options.patientToken).map((text) => {
    const [, token = '', patient = ''] = /^(\S+)=(Patient\/[A-Za-z0-9\-.]{1,64})$/.exec(text) ?? [];
    if (token === '') throw new KnownError('bad-option', 'A --patient-token is not of the form TOKEN=Patient/ID.', 'Write e.g. --patient-token secret=Patient/alex-amari');
    return [token, patient] as const;
  });
  return tokens.length + bound.length === 0 ? {} : { access: { tokens, patientTokens: Object.fromEntries(bound) } };
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new KnownError('bad-port', `--port ${text} is no port.`, 'A port is a whole number from 0 to 65535; 0 takes any free one.');
}

/** @throws KnownError `unknown-fhir-version`, `not-served` for a version that the server has no definitions of */
function servedVersion(options: CommandContext['options']): FhirVersionRecord {
  const version = fhirVersion(typeof options.fhir === 'string' ? options.fhir : 'R4');
  if (version.corePackage === '') throw new KnownError('not-served', `FHIR ${version.name} is not served: there are no published definitions of it.`, 'Served are R4, R4B and R5.');
  return version;
}

/** The path asked for; else /fhir, followed by the version unless it is R4. */
function basePathOf(options: CommandContext['options'], version: FhirVersionRecord): string {
  const text = typeof options.basePath === 'string' ? options.basePath : version.name === FHIR_VERSIONS.R4.name ? '/fhir' : `/fhir/${version.name}`;
  const path = `/${text.replace(/^\/+|\/+$/g, '')}`;
  if (!/^(\/[A-Za-z0-9._~-]+)*\/?$/.test(path)) throw new KnownError('bad-base-path', `--base-path ${text} is no path.`, 'It is written like /fhir or /fhir/r4.');
  return path === '/' ? '' : path;
}
