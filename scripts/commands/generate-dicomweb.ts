/** `scout generate --dicomweb URL`: a DICOMweb server's studies, by QIDO-RS and WADO-RS metadata -> data sets for the same mapping as files. */
import { KnownError } from '../core/known-error';
import { toolVersion } from '../core/package-root';
import type { DicomJson } from '../dicom/dicomweb-json';
import type { CommandContext, OptionRecord } from './command';
import type { StudySource } from './generate-dicom';
import { headersOf } from './test';

export const DICOMWEB_OPTIONS: readonly OptionRecord[] = [
  { flags: '--dicomweb <url>', description: 'instead of examples, make resources of the studies of a DICOMweb server, which becomes their endpoint' },
  { flags: '--query <key=value...>', description: 'with --dicomweb: only the studies that match, e.g. PatientID=4711 or StudyDate=20260101-' },
  { flags: '--limit <studies>', description: 'with --dicomweb: at most this many studies (default: 100)' },
  { flags: '--header <line...>', description: 'with --dicomweb: send this header with every request: "Name: value"' },
  { flags: '--token <token>', description: 'with --dicomweb: send "Authorization: Bearer TOKEN"' },
  { flags: '--user <name:password>', description: 'with --dicomweb: send "Authorization: Basic ..."' },
];

const LIMIT = 100;
/** Bytes of one series' metadata. */
const MOST_BYTES = 256_000_000;

/** The source that `--dicomweb` names. Pixels are not asked for: metadata has none. */
export function dicomwebSource({ options, console, signal }: CommandContext, address: string): StudySource {
  if (!/^https?:\/\/[^/]/i.test(address) || !URL.canParse(address)) throw new KnownError('bad-url', `"${address}" is no address of http or https.`, 'Give the base URL of a DICOMweb server, below which /studies is.');
  const base = address.replace(/\/+$/, '');
  const limit = options.limit === undefined ? LIMIT : Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1) throw new KnownError('bad-option', `--limit is "${String(options.limit)}".`, 'It takes a whole number from 1.');
  return {
    endpoints: [base],
    async read(set, prepare) {
      const [{ createClient }, { realWait }, { DEFAULTS }, { readArchive }, { fromDicomJson }, { addDataSet }] = await Promise.all([
        import('../tester/http/client.js'),
        import('../tester/http/limits.js'),
        import('../tester/options.js'),
        import('../tester/dicomweb/read-archive.js'),
        import('../dicom/read-json.js'),
        import('../dicom/study-model.js'),
      ]);
      const { name, version } = toolVersion();
      const client = createClient({ base, mode: 'read-only', headers: headersOf(options), userAgent: `${name}/${version}`, concurrency: DEFAULTS.concurrency, timeoutMs: DEFAULTS.timeoutMs, maxBytes: MOST_BYTES, wait: realWait, signal });
      console.progress.start(`Reading ${base}`);
      const take = (dataSet: DicomJson, origin: string) => {
        const read = fromDicomJson(dataSet);
        addDataSet(set, prepare === undefined ? read : prepare(read), origin);
      };
      let done = 0;
      const problems = await readArchive(client, queryOf(options.query), limit, (dataSet, origin) => {
        try {
          take(dataSet, origin);
          console.progress.step((done += 1), origin);
        } catch (error) {
          if (!(error instanceof KnownError)) throw error;
          set.findings.push({ severity: 'error', code: error.code, message: error.message, location: { file: origin }, source: 'dicom' });
        }
      });
      for (const { origin, message } of problems) set.findings.push({ severity: 'error', code: 'not-retrieved', message, location: { file: origin }, source: 'dicom' });
      console.progress.end(`${client.sent} requests`);
      return { from: base, json: { dicomweb: { base, requests: client.sent } } };
    },
  };
}

/** @throws KnownError `bad-option` */
function queryOf(value: unknown): Record<string, string> {
  const lines = Array.isArray(value) ? (value as unknown[]).map(String) : [];
  return Object.fromEntries(lines.map((line) => {
    const [, key = '', text = ''] = /^([A-Za-z0-9.]+)=(.*)$/.exec(line) ?? [];
    if (key === '') throw new KnownError('bad-option', `--query ${line} is not of the form KEY=VALUE.`, 'Write e.g. --query PatientID=4711');
    return [key, text];
  }));
}
