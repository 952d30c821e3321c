/** Where commands find the project to work on, and where this program's own guide is built: in place in a clone, on a copy below --out where the program is installed. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { KnownError } from '../../core/known-error';
import { packageRoot } from '../../core/package-root';
import { writeWhole } from '../../core/write-whole';

/** The R5 twin lies beside the sources that it shares. */
const SOURCES = ['input', 'sushi-config.yaml', 'ig.ini', 'ig-r5'];

/** The guide for R5, by the name that it has in a clone. */
export const R5_GUIDE = 'ig-r5';

/** What makes a folder a project. */
const CONFIGURATIONS = ['sushi-config.yaml', 'ig.ini'];

/** What the generator and the compiler make in the copy: no source, so it is left alone. */
const GENERATED = /(^|\/)(input\/examples|fsh-generated)$/;

export interface ProjectChoice {
  /** --ig-root as given. */
  readonly igRoot?: unknown;
  readonly out: string;
}

/** The folder of a project: --ig-root, else the folder in which one stands, else this program's own guide. */
export function projectFolder({ igRoot, out }: ProjectChoice, root: string = packageRoot(), here = '.'): string {
  if (typeof igRoot === 'string') return igRoot === R5_GUIDE && !existsSync(join(here, igRoot)) ? join(guideFolder(out, root), R5_GUIDE) : igRoot;
  return isProject(here) ? here : guideFolder(out, root);
}

/**
 * The same for commands that edit sources or follow edits: a copy is no place for those.
 * @throws KnownError `no-project` where the program is installed and none is named
 */
export function editableProject(choice: ProjectChoice, root: string = packageRoot(), here = '.'): string {
  if (typeof choice.igRoot !== 'string' && !isProject(here) && !isClone(root)) {
    throw new KnownError('no-project', 'There is no project in this folder: it holds no sushi-config.yaml and no ig.ini.', 'Go to the folder of your FSH project, or name it with --ig-root DIR.');
  }
  return projectFolder(choice, root, here);
}

/**
 * The folder of the guide's sources that may be written to.
 * An installed program's own folder belongs to the package manager, so the sources are copied out of it. Only what differs is written, and what the
 * program no longer has goes: two runs at the same time do not meet half a file, and no earlier version stays in the guide.
 */
export function guideFolder(out: string, root: string = packageRoot()): string {
  if (isClone(root)) return root;
  const copy = join(out, 'guide');
  mkdirSync(copy, { recursive: true });
  for (const name of SOURCES) mirror(join(root, name), join(copy, name));
  return copy;
}

export function isClone(root: string = packageRoot()): boolean {
  return existsSync(join(root, 'scripts', 'cli.ts'));
}

function isProject(folder: string): boolean {
  return CONFIGURATIONS.some((name) => existsSync(join(folder, name)));
}

function mirror(from: string, to: string): void {
  if (!statSync(from).isDirectory()) {
    const text = readFileSync(from, 'utf8');
    if (existsSync(to) && readFileSync(to, 'utf8') === text) return;
    mkdirSync(dirname(to), { recursive: true });
    return writeWhole(to, text);
  }
  const isSource = (folder: string, name: string) => !GENERATED.test(`${folder}/${name}`.replaceAll('\\', '/'));
  const names = readdirSync(from).filter((name) => isSource(from, name));
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(to)) if (isSource(to, name) && !names.includes(name) && !name.endsWith('.part')) rmSync(join(to, name), { recursive: true, force: true });
  for (const name of names) mirror(join(from, name), join(to, name));
}
