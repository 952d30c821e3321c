/** `scout new`: a good first file for a profile, an example or an invariant, where the project keeps such files. */
import { KnownError } from '../core/known-error';
import { allowedSentence } from '../core/nearest';
import type { CommandRecord } from './command';
import { editableProject } from './demo/guide-folder';

const KINDS = ['profile', 'example', 'invariant'] as const;
type Kind = (typeof KINDS)[number];

export const newCommand: CommandRecord = {
  name: 'new',
  summary: 'Write a good starting file for a profile, an example or an invariant of a FSH project.',
  arguments: [
    { name: '<kind>', description: KINDS.join(', ') },
    { name: '<name>', description: 'its name: ScoutPatient for a profile, ct-chest for an example, my-1 for an invariant' },
  ],
  options: [
    { flags: '--of <name>', description: 'parent of a profile, profile of an example, profile that is to obey an invariant', default: 'ImagingStudy' },
    { flags: '--ig-root <dir>', description: "folder of the project's sushi-config.yaml (default: the project in this folder; in a clone of fhir-scout, its own guide)" },
    { flags: '--cache <dir>', description: 'FHIR package cache (default: ~/.fhir/packages)' },
  ],
  examples: [
    { line: 'scout new profile CtStudy --of ImagingStudy', meaning: 'Begin a profile in input/fsh/profiles/ct-study.fsh.' },
    { line: 'scout new example ct-chest --of CtStudy', meaning: 'Begin an example that has all that its profile demands.' },
    { line: 'scout new invariant ct-1 --of CtStudy', meaning: 'Begin an invariant, and be told what else it needs.' },
  ],
  async run({ args: [kind = '', name = ''], options, console }) {
    if (!(KINDS as readonly string[]).includes(kind)) throw new KnownError('unknown-kind', `There is no starting file for "${kind}".`, allowedSentence(kind, KINDS));
    const { beginFile } = await import('../build/begin-file.js');
    const { file, next } = await beginFile({
      root: editableProject(options),
      kind: kind as Kind,
      name,
      of: String(options.of),
      ...(typeof options.cache === 'string' && { cacheDir: options.cache }),
    });
    console.line(`Written: ${file}`, true);
    for (const line of next) console.line(`  ${line}`);
    return { exitCode: 0, json: { file, next } };
  },
};
