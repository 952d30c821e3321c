/** The order of test files: the longest are there, and come first, where nothing is remembered of earlier runs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

interface File {
  readonly path: string;
  readonly context: unknown;
}

const LongestFirst = jest.requireActual<(new (options: unknown) => { sort(files: File[]): File[] }) & { SECONDS: Readonly<Record<string, number>> }>('../jest.longest-first.js');
const rootDir = join(__dirname, '..');

test('every file that is said to take long exists', () => {
  expect(Object.keys(LongestFirst.SECONDS).filter((name) => !existsSync(join(rootDir, name)))).toEqual([]);
});

test('what takes long comes first, the longest before all; the others come by size', () => {
  const sizes: Readonly<Record<string, number>> = { small: 1, large: 9 };
  const context = { config: { rootDir, cache: false, cacheDirectory: join(rootDir, 'no-such-folder'), id: 'x' }, hasteFS: { getSize: (path: string) => sizes[path] ?? 5 } };
  const [first, second] = Object.keys(LongestFirst.SECONDS).map((name) => join(rootDir, name));
  const order = ['small', 'large', second!, first!];
  expect(new LongestFirst({ contexts: [], globalConfig: {} }).sort(order.map((path) => ({ path, context }))).map(({ path }) => path)).toEqual([first, second, 'large', 'small']);
});
