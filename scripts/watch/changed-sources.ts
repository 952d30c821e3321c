/** The paths of an edit in, what has to be done again out: making examples, compiling, or only rendering. */
import { relative, sep } from 'node:path';

export interface Work {
  readonly generate: boolean;
  readonly compile: boolean;
}

/** Folders whose texts are read by the site alone: https://fshschool.org/docs/sushi/project/#input-folders */
const ONLY_RENDERED = new Set(['pagecontent', 'pages', 'intro-notes', 'includes', 'images', 'images-source', 'data', 'pagecontent-assets']);

/**
 * @param files paths that changed
 * @param known whether a path was there before and still is: a page that comes or goes changes the ImplementationGuide too
 */
export function workFor(root: string, files: Iterable<string>, known: (file: string) => boolean): Work {
  const steps = [...files].map((file) => ({ file, path: relative(root, file).split(sep) }));
  return {
    generate: steps.some(({ path }) => path[0] === 'input' && path[1] === 'scenarios'),
    compile: steps.some(({ file, path }) => !(path[0] === 'input' && ONLY_RENDERED.has(path[1] ?? '') && known(file))),
  };
}
