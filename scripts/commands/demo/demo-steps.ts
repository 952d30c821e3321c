/** The steps of the main job before the tests: packages, examples, guide, validation; each a record over what the earlier ones made. */
import { join } from 'node:path';
import { counted } from '../../core/grammar';
import { countBySeverity, isError, type Finding } from '../../core/finding';
import { localReference, type Resource } from '../../core/fhir';
import type { BuildResult } from '../../build/build-guide';
import type { GeneratedSet } from '../../generate/generate-examples';
import type { PackageReport } from '../../packages/package-report';
import type { CommandContext } from '../command';
import { validatorIfThere } from '../validator-if-there';
import type { StepRecord } from './step';

/** What the steps hand on. */
export interface DemoState {
  /** Folder of the guide's sources. */
  readonly guide: string;
  packages?: PackageReport;
  examples?: GeneratedSet;
  built?: BuildResult;
}

export function preparingSteps(state: DemoState, context: CommandContext): StepRecord[] {
  const { options, console, signal } = context;
  return [
    {
      id: 'packages',
      title: 'FHIR packages',
      run: async () => {
        const { ensurePackages } = await import('../../packages/ensure-packages.js');
        const { packages, notes, cache } = (state.packages = await ensurePackages({ ...cacheOption(options.cache), progress: console.progress, signal }));
        notes.forEach((note) => console.note(note));
        const fetched = packages.filter(({ status }) => status !== 'present').length;
        return { status: 'done', message: `${packages.length} in ${cache}, ${fetched === 0 ? 'all there already' : `${fetched} fetched now`}` };
      },
    },
    {
      id: 'generate',
      title: 'Examples made',
      run: async () => {
        const [{ generateExamples }, { writeExamples }] = await Promise.all([import('../../generate/generate-examples.js'), import('../../generate/write-examples.js')]);
        const set = generateExamples({ scenarioDir: join(state.guide, 'input', 'scenarios') });
        if (set.findings.some(isError)) return { status: 'failed', message: countText(set.findings), findings: set.findings };
        state.examples = set;
        writeExamples(set, { examplesDir: join(state.guide, 'input', 'examples'), outDir: options.out });
        return { status: 'done', message: `${set.resources.length} examples and ${set.bad.length} bad ones`, findings: set.findings };
      },
    },
    {
      id: 'build',
      title: 'Guide compiled',
      run: async () => {
        const { buildGuide } = await import('../../build/build-guide.js');
        const result = (state.built = await buildGuide({ root: state.guide, out: options.out, ...cacheDirOption(options.cache), progress: console.progress, signal }));
        return { status: result.ok ? 'done' : 'failed', message: `${countText(result.findings)}${result.package === undefined ? '' : `, ${result.package.file}`}`, findings: result.findings };
      },
    },
    {
      id: 'validate',
      title: 'HL7 validator',
      run: () => validateExamples(state, context),
    },
  ];
}

async function validateExamples({ examples, built }: DemoState, context: CommandContext): ReturnType<StepRecord['run']> {
  const { console, signal } = context;
  if (examples === undefined || built?.package === undefined) return { status: 'skipped', message: 'there is nothing to validate: an earlier step failed.' };
  const [{ validateResources }, { judgeBadExample }, { suppress }] = await Promise.all([
    import('../../validate/validate-resources.js'),
    import('../../generate/judge-bad-example.js'),
    import('../../validate/suppressions.js'),
  ]);
  const validator = await validatorIfThere(context, { guides: [join(built.generated, 'resources')] });
  if (typeof validator === 'string') return { status: 'skipped', message: validator };
  try {
    const good = examples.resources.map(({ resource, file }) => ({ resource, file }));
    const bad = examples.bad.map(({ resource, file }) => ({ resource, file }));
    // One set, so that the references of the bad ones lead to the good ones.
    const all = await validateResources(validator, [...good, ...bad], { progress: console.progress, signal });
    const of = new Map<string, Finding[]>();
    for (const finding of all) of.set(finding.location?.resource ?? '', [...(of.get(finding.location?.resource ?? '') ?? []), finding]);
    const findingsOf = (resource: Resource) => of.get(localReference(resource) ?? '') ?? [];
    const findings = suppress(good.flatMap(({ resource }) => findingsOf(resource))).shown;
    const surprises = examples.bad.flatMap((example): Finding[] =>
      judgeBadExample(example, suppress(findingsOf(example.resource)).shown).map((message) => ({
        severity: 'error',
        code: 'bad-example',
        message: `${example.id}: ${message}`,
        location: { file: example.file },
        source: 'hl7-validator',
      })),
    );
    const ok = !findings.some(isError) && surprises.length === 0;
    const badText = surprises.length === 0 ? `${bad.length} bad examples break just what they should` : `${surprises.length} surprises among ${bad.length} bad examples`;
    return { status: ok ? 'done' : 'failed', message: `${validator.description}: ${good.length} examples, ${countText(findings)}; ${badText}`, findings: [...surprises, ...findings] };
  } finally {
    await validator.close();
  }
}

function cacheOption(cache: unknown): { cache?: string } {
  return typeof cache === 'string' ? { cache } : {};
}

function cacheDirOption(cache: unknown): { cacheDir?: string } {
  return typeof cache === 'string' ? { cacheDir: cache } : {};
}

function countText(findings: readonly Finding[]): string {
  const { fatal, error, warning } = countBySeverity(findings);
  return `${counted(fatal + error, 'error')}, ${counted(warning, 'warning')}`;
}
