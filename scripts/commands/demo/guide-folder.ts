/** Where the main job builds the guide: in place in a clone, on a copy below --out where the program is installed. */
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package-root';

const SOURCES = ['input', 'sushi-config.yaml', 'ig.ini'];

/**
 * The folder of the guide's sources that may be written to.
 * An installed program's own folder belongs to the package manager, so the sources are copied out of it.
 */
export function guideFolder(out: string, root: string = packageRoot()): string {
  if (existsSync(join(root, 'scripts', 'cli.ts'))) return root;
  const copy = join(out, 'guide');
  mkdirSync(copy, { recursive: true });
  for (const name of SOURCES) cpSync(join(root, name), join(copy, name), { recursive: true });
  return copy;
}
