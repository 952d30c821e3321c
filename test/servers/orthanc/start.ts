/** Nothing in, a running Orthanc with DICOMweb and an empty archive out; undefined where this machine has none. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Orthanc {
  /** Root of the server, for its own REST interface. */
  readonly url: string;
  readonly dicomweb: string;
  readonly wadoUri: string;
  stop(): Promise<void>;
}

const PROGRAM = '/usr/sbin/Orthanc';
const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
/** In memory: on a busy disk an upload takes fifty times as long. */
const MEMORY = '/dev/shm';
const START_MS = 60_000;

/** Why there is no Orthanc here; undefined where there is one. */
export const NO_ORTHANC = [PROGRAM, PLUGIN].every((file) => existsSync(file)) ? undefined : 'Orthanc is not installed (Debian: apt-get install orthanc orthanc-dicomweb)';

/** Starts on a free port of 127.0.0.1 and waits until it answers. @throws Error with the end of its log */
export async function startOrthanc(): Promise<Orthanc> {
  const folder = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'scout-orthanc-'));
  const port = await freePort();
  const configuration = {
    Name: 'scout',
    StorageDirectory: folder,
    IndexDirectory: folder,
    Plugins: [PLUGIN],
    HttpPort: port,
    HttpBindAddresses: ['127.0.0.1'],
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomServerEnabled: false,
    DicomWeb: { Enable: true, Root: '/dicom-web/', EnableWado: true, WadoRoot: '/wado' },
  };
  const file = join(folder, 'orthanc.json');
  writeFileSync(file, JSON.stringify(configuration));
  const logFile = join(folder, 'orthanc.log');
  const log = openSync(logFile, 'w');
  const child = spawn(PROGRAM, [file], { stdio: ['ignore', log, log] });
  closeSync(log);
  // Whatever ends this process ends the server too.
  const atExit = () => void child.kill('SIGKILL');
  process.once('exit', atExit);
  const stop = async () => {
    await ended(child);
    process.removeListener('exit', atExit);
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await answering(`${url}/system`, child);
    return { url, dicomweb: `${url}/dicom-web`, wadoUri: `${url}/wado`, stop };
  } catch (error) {
    const said = readFileSync(logFile, 'utf8').slice(-2000);
    await stop();
    throw new Error(`Orthanc did not start: ${error instanceof Error ? error.message : String(error)}\n${said}`, { cause: error });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createServer().once('error', reject);
    socket.listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  const end = Date.now() + START_MS;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    if (answer?.ok === true) return;
    if (Date.now() > end) throw new Error('no answer in time');
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((done) => child.once('exit', () => done()));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(force);
}

/** Sends a file. @returns Orthanc's id of the instance; undefined where it does not take the file */
export async function upload({ url }: Orthanc, file: Buffer): Promise<string | undefined> {
  const response = await fetch(`${url}/instances`, { method: 'POST', body: new Uint8Array(file), signal: AbortSignal.timeout(30_000) });
  if (!response.ok) {
    await response.arrayBuffer();
    return undefined;
  }
  return ((await response.json()) as { ID: string }).ID;
}

/** Removes an instance by its SOP Instance UID. @throws Error where there is none */
export function removeInstance(orthanc: Orthanc, uid: string): Promise<void> {
  return remove(orthanc, 'instances', { Level: 'Instance', Query: { SOPInstanceUID: uid } });
}

/** Removes a study by its Study Instance UID. @throws Error where there is none */
export function removeStudy(orthanc: Orthanc, uid: string): Promise<void> {
  return remove(orthanc, 'studies', { Level: 'Study', Query: { StudyInstanceUID: uid } });
}

/** By Orthanc's own interface: DICOMweb has no deletion. */
async function remove({ url }: Orthanc, what: 'instances' | 'studies', find: object): Promise<void> {
  const found = (await (await fetch(`${url}/tools/find`, { method: 'POST', body: JSON.stringify(find) })).json()) as string[];
  const [id] = found;
  if (id === undefined) throw new Error(`Orthanc finds nothing by ${JSON.stringify(find)}`);
  const response = await fetch(`${url}/${what}/${id}`, { method: 'DELETE' });
  if (!response.ok) throw new Error(`Orthanc answers ${response.status} to the removal of ${what}/${id}`);
}
