/** From a save to the page that shows it: `scout watch` against a plain run of SUSHI, on our guide and on one of the size of IHE's imaging guides. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSession, type Session } from '../../scripts/commands/watch/session';
import { packageRoot } from '../../scripts/core/package-root';
import { defaultCacheDir } from '../../scripts/packages/cache-folder';
import { ensurePackages } from '../../scripts/packages/ensure-packages';
import type { BenchCase } from '../bench-case';
import { writeIheSize } from './ihe-size-project';

/** Nothing listens there, so that no registry's speed is measured. */
const NOWHERE = 'http://127.0.0.1:9';
const TIMEOUT_MS = 300_000;
const NOTE = 'The save changes what a profile says of itself; the page is asked for over HTTP and waits for the rebuild. The HL7 validator runs in the background, where Java is. SUSHI is measured from start to end, and makes no page.';

interface Edited {
  /** The FSH file that is saved, relative to the project. */
  readonly file: string;
  /** What it says before; a new text takes its place at each save. */
  readonly says: string;
  /** The page that shows it. */
  readonly page: string;
}

export const watchCase: BenchCase = {
  id: 'watch',
  title: "A save of this program's guide, until its page is new",
  note: NOTE,
  open: (scratch) => {
    const root = join(scratch, 'guide');
    for (const name of ['input', 'sushi-config.yaml', 'ig.ini']) cpSync(join(packageRoot(), name), join(root, name), { recursive: true });
    return contenders(root, scratch, { file: 'input/fsh/profiles/scout-imaging-endpoint.fsh', says: 'Description: "A service', page: 'StructureDefinition-scout-imaging-endpoint.html' });
  },
};

export const watchIheCase: BenchCase = {
  id: 'watch-ihe',
  title: 'A save in a guide of 8 profiles and 21 instances, until its page is new',
  note: NOTE,
  open: (scratch) => {
    const root = join(scratch, 'ihe-size');
    writeIheSize(root);
    return contenders(root, scratch, { file: 'input/fsh/profile-1.fsh', says: 'Description: "A service', page: 'StructureDefinition-profile-1.html' });
  },
};

async function contenders(root: string, scratch: string, { file, says, page }: Edited) {
  await ensurePackages();
  const text = readFileSync(join(root, file), 'utf8');
  let session: Session | undefined;
  let saves = 0;
  return [
    { name: 'sushi build -s', run: () => sushi(root, join(scratch, 'sushi')) },
    {
      name: 'save to new page',
      prepare: async () => {
        session ??= await openSession({ root, port: 0, cache: defaultCacheDir(), offline: true, onRebuild: () => undefined, onValidator: () => undefined, note: () => undefined, signal: new AbortController().signal });
        await session.settled();
      },
      run: async () => {
        const word = `Save ${++saves}. `;
        writeFileSync(join(root, file), text.replace(says, says.replace('"', `"${word}`)));
        const shown = await (await fetch(`${session?.url}${page}`)).text();
        if (!shown.includes(word)) throw new Error(`${page} does not show the save.`);
      },
      close: () => session?.close(),
    },
  ] as const;
}

function sushi(root: string, out: string): void {
  const env = { ...process.env, FPL_REGISTRY: NOWHERE, npm_config_registry: NOWHERE, npm_config_fetch_retries: '0' };
  execFileSync(process.execPath, [join(packageRoot(), 'node_modules/fsh-sushi/dist/app.js'), 'build', '-s', '-o', out, root], { env, stdio: 'ignore', timeout: TIMEOUT_MS });
}
