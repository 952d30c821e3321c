/** A test run's console in, the function that validates what the tester has seen out: the official validator with our guide. */
import { localReference, type Resource } from '../core/fhir';
import type { FhirVersionName, FhirVersionRecord } from '../core/fhir-version';
import { isError, type Finding } from '../core/finding';
import type { DataValidation, ValidateData } from '../tester/data-validation';
import type { CommandContext } from './command';
import { whyNoValidator } from './validator-if-there';

/** Rules of the validator's own house, which FHIR does not have: an address under example.org is as legal as any other. */
const HOUSE_RULES: ReadonlySet<string> = new Set(['TYPE_SPECIFIC_CHECKS_DT_URL_EXAMPLE']);

/** What only the validator's house forbids is a warning. */
export function withoutHouseRules(findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => (HOUSE_RULES.has(finding.code) && isError(finding) ? { ...finding, severity: 'warning' } : finding));
}

/** Messages that are known to mean nothing are left out, as `scout validate` does. */
export function dataValidator({ options, console, signal }: Pick<CommandContext, 'options' | 'console' | 'signal'>, env: NodeJS.ProcessEnv = process.env): ValidateData {
  return async (resources: readonly Resource[], base: string, version: FhirVersionRecord): Promise<DataValidation> => {
    if (version.corePackage === '') return { unavailable: `no package holds FHIR ${version.name}, so that HL7's validator cannot judge it.` };
    const [{ validateResources }, { ownGuideFor }, { openOfficialValidator }, { findJava }, { suppress }, { ensurePackages }] = await Promise.all([
      import('../validate/validate-resources.js'),
      import('./own-guide.js'),
      import('../validate/official/open-official-validator.js'),
      import('../java/java.js'),
      import('../validate/suppressions.js'),
      import('../packages/ensure-packages.js'),
    ]);
    const { guide, note } = ownGuideFor(version, options.out);
    if (note !== undefined) console.note(note);
    try {
      // Before 30 MB of packages are fetched for nothing.
      await findJava(env);
      await ensurePackages({ fhirVersion: version.name as FhirVersionName, signal });
      // The bar on the screen is that of the tests, which wait for this.
      console.note(`Validating ${resources.length} resources with the official HL7 validator ...`);
      const validator = await openOfficialValidator({ fhirVersion: version, guides: guide === undefined ? [] : [guide], characters: JSON.stringify(resources).length, signal, env, note: (text) => console.note(text) });
      try {
        const given = resources.map((resource) => ({ resource, fullUrl: `${base}/${localReference(resource)}` }));
        return { findings: suppress(withoutHouseRules(await validateResources(validator, given, { signal }))).shown };
      } finally {
        await validator.close();
      }
    } catch (error) {
      const unavailable = whyNoValidator(error);
      if (unavailable === undefined) throw error;
      return { unavailable };
    }
  };
}
