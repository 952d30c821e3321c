/** `scout diff`: two packages -> what changed between them, and whom it breaks. */
import { KnownError } from '../core/known-error';
import type { CommandRecord } from './command';

const PARTY_NAMES = ['producers', 'consumers', 'servers'] as const;

export const diffCommand: CommandRecord = {
  name: 'diff',
  summary: 'Compare two FHIR packages: what is added, removed, tightened or loosened, and whom that breaks.',
  arguments: [
    { name: '<from>', description: 'the earlier package: a package.tgz, a folder of resources, or name#version in the cache' },
    { name: '<to>', description: 'the later one' },
  ],
  options: [
    { flags: '--for <parties>', description: 'whose breakage makes exit code 1: producers, consumers, servers (separated by commas), or nobody', default: PARTY_NAMES.join(',') },
    { flags: '--markdown', description: 'print Markdown, for release notes', default: false },
    { flags: '--cache <dir>', description: 'FHIR package cache (default: ~/.fhir/packages)' },
  ],
  examples: [
    { line: 'scout diff fhir-scout.imaging#0.1.0 output/package.tgz', meaning: 'What the guide as built now has otherwise than the version in the cache; exit 1 if it breaks anybody.' },
    { line: 'scout diff old.tgz new.tgz --for producers,servers', meaning: 'Exit 1 only for what breaks those who write resources and those who run servers.' },
    { line: 'scout diff old.tgz new.tgz --markdown > changes.md', meaning: 'A page of release notes.' },
  ],
  async run({ args: [from = '', to = ''], options, console }) {
    const minded = partiesOf(String(options.for));
    const [{ readPackage }, { diffPackages }, { describeDiff, diffMarkdown }] = await Promise.all([
      import('../packages/read-package.js'),
      import('../publish/diff/diff-packages.js'),
      import('../publish/diff/describe-diff.js'),
    ]);
    const cache = typeof options.cache === 'string' ? options.cache : undefined;
    const diff = diffPackages(await readPackage(from, cache), await readPackage(to, cache));
    if (options.markdown === true) console.line(diffMarkdown(diff).trimEnd(), true);
    else for (const line of describeDiff(diff, console.style)) console.line(line, true);
    const broken = diff.changes.some(({ breaks }) => breaks.some((party) => minded.includes(party)));
    return { exitCode: broken ? 1 : 0, json: diff };
  },
};

function partiesOf(text: string): readonly string[] {
  const named = text.split(',').map((part) => part.trim()).filter((part) => part !== '' && part !== 'nobody');
  const unknown = named.find((name) => !(PARTY_NAMES as readonly string[]).includes(name));
  if (unknown !== undefined) throw new KnownError('bad-option', `--for ${unknown} names nobody known.`, `Allowed: ${PARTY_NAMES.join(', ')}, nobody.`);
  return named;
}
