/** The catalogue: every test there is for a FHIR version, in the order in which reports show them; it needs no server. Those of mode `write` run only with --write. */
import { fhirVersion, type FhirVersionRecord } from '../../core/fhir-version';
import type { SearchDefinitions } from '../../search/types';
import { FOCUS } from '../harvest';
import { CROSS_CHECK_TESTS } from '../dicomweb/cross-check/tests';
import { TEST_GROUPS, type TestCase } from '../test-case';
import { CAPABILITY_TESTS } from './capability/statement';
import { CAPABILITY_FORM_TESTS } from './capability/form';
import { COMPARTMENT_TESTS } from './search/compartment';
import { combinationTests } from './search/several';
import { DEEP_COMBINATION_TESTS } from './search/chains-deep';
import { moreCombinationTests } from './search/several-lost';
import { DATA_TESTS } from './data/invariants';
import { BASE_DATA_TESTS } from './data/base-definitions';
import { MUST_SUPPORT_TESTS } from './data/must-support';
import { DATA_VALID_TESTS } from './data/valid';
import { OWN_PARAMETER_TESTS } from './honesty/own-parameters';
import { honestyTests } from './honesty/parameters';
import { UNKNOWN_PARAMETER_TESTS } from './honesty/unknown-parameter';
import { HONESTY_RESULT_TESTS } from './honesty/result-parameters';
import { HISTORY_TESTS } from './read/history';
import { HISTORY_DELETED_TESTS } from './read/history-deleted';
import { includeTests } from './search/include';
import { PAGING_TESTS } from './search/paging';
import { PAGING_LINK_TESTS } from './search/paging-links';
import { SORT_TESTS } from './search/sort';
import { SORT_SEVERAL_TEST } from './search/sort-several';
import { READ_TESTS } from './read/read';
import { READ_IDENTITY_TESTS } from './read/identity';
import { referenceTests } from './data/references';
import { COMPANION_PARAMETERS, searchTests } from './search/table';
import { POST_TESTS } from './search/post';
import { SECURITY_TESTS } from './security/basics';
import { SYSTEM_SEARCH_TESTS } from './search/system';
import { SUBSET_TESTS } from './search/subset';
import { SWEEP_TESTS } from './search/sweep';
import { WRITE_ANSWER_TESTS } from './write/answers';
import { WRITE_BODY_TESTS } from './write/bodies';
import { WRITE_BUNDLE_TESTS } from './write/bundle';
import { WRITE_BUNDLE_EFFECT_TESTS } from './write/bundle-effects';
import { WRITE_BUNDLE_LINK_TESTS } from './write/bundle-links';
import { WRITE_BUNDLE_TARGET_TESTS } from './write/bundle-targets';
import { WRITE_BUNDLE_VERSION_TESTS } from './write/bundle-versions';
import { WRITE_BUNDLE_RULE_TESTS } from './write/bundle-rules';
import { WRITE_CONDITIONAL_TESTS } from './write/conditional';
import { WRITE_CONDITIONAL_DELETED_TESTS } from './write/conditional-deleted';
import { WRITE_CREATE_TESTS } from './write/create';
import { WRITE_CURRENCY_TESTS } from './write/currency';
import { WRITE_DECIMAL_TESTS } from './write/decimals';
import { WRITE_DELETED_VERSION_TESTS } from './write/deleted-versions';
import { WRITE_DELETE_TESTS } from './write/delete';
import { WRITE_FIDELITY_TESTS } from './write/fidelity';
import { WRITE_FIXTURES_KEPT_TESTS } from './write/fixtures-kept';
import { WRITE_FHIRPATH_PATCH_TESTS } from './write/fhirpath-patch';
import { WRITE_HISTORY_TESTS } from './write/history';
import { WRITE_JSON_PATCH_TESTS } from './write/json-patch';
import { WRITE_EACH_TYPE_TESTS } from './write/each-type';
import { WRITE_KEPT_DETAIL_TESTS } from './write/kept-details';
import { WRITE_UPDATE_TESTS } from './write/update';
import { WRITE_XML_TESTS } from './write/xml';
import { XML_TESTS } from './read/xml';

const made = new WeakMap<SearchDefinitions, Map<string, readonly TestCase[]>>();

/** All tests, groups in the table's order; the order within a group is that of the files. Made once for the same definitions. */
export function catalogue(definitions: SearchDefinitions, { mimeVersion }: Pick<FhirVersionRecord, 'mimeVersion'> = fhirVersion(definitions.fhirVersion)): readonly TestCase[] {
  const byVersion = made.get(definitions) ?? new Map<string, readonly TestCase[]>();
  made.set(definitions, byVersion);
  const tests = byVersion.get(mimeVersion) ?? allTests(definitions, mimeVersion);
  byVersion.set(mimeVersion, tests);
  return tests;
}

function allTests(definitions: SearchDefinitions, mimeVersion: string): TestCase[] {
  const tests = [
    ...CAPABILITY_TESTS,
    ...CAPABILITY_FORM_TESTS,
    ...searchTests(definitions, FOCUS, true),
    ...Object.keys(COMPANION_PARAMETERS).flatMap((type) => searchTests(definitions, type, false)),
    ...SYSTEM_SEARCH_TESTS,
    ...COMPARTMENT_TESTS,
    ...combinationTests(definitions),
    ...POST_TESTS,
    ...moreCombinationTests(definitions),
    ...DEEP_COMBINATION_TESTS,
    ...SUBSET_TESTS,
    ...PAGING_TESTS,
    ...SORT_TESTS,
    ...PAGING_LINK_TESTS,
    SORT_SEVERAL_TEST,
    ...includeTests(definitions),
    ...UNKNOWN_PARAMETER_TESTS,
    ...honestyTests(definitions),
    ...OWN_PARAMETER_TESTS,
    ...HONESTY_RESULT_TESTS,
    ...READ_TESTS,
    ...READ_IDENTITY_TESTS,
    ...HISTORY_TESTS,
    ...HISTORY_DELETED_TESTS,
    ...XML_TESTS,
    ...referenceTests(definitions),
    ...DATA_TESTS,
    ...BASE_DATA_TESTS,
    ...MUST_SUPPORT_TESTS,
    ...DATA_VALID_TESTS,
    ...CROSS_CHECK_TESTS,
    ...SECURITY_TESTS,
    ...WRITE_CREATE_TESTS,
    ...WRITE_BODY_TESTS,
    ...WRITE_EACH_TYPE_TESTS,
    ...WRITE_ANSWER_TESTS,
    ...WRITE_FIXTURES_KEPT_TESTS,
    ...WRITE_FIDELITY_TESTS,
    ...WRITE_KEPT_DETAIL_TESTS,
    ...WRITE_DECIMAL_TESTS,
    ...WRITE_DELETED_VERSION_TESTS,
    ...WRITE_UPDATE_TESTS,
    ...WRITE_JSON_PATCH_TESTS,
    ...WRITE_FHIRPATH_PATCH_TESTS,
    ...WRITE_DELETE_TESTS,
    ...WRITE_CURRENCY_TESTS,
    ...WRITE_HISTORY_TESTS,
    ...WRITE_CONDITIONAL_TESTS,
    ...WRITE_CONDITIONAL_DELETED_TESTS,
    ...WRITE_BUNDLE_TESTS,
    ...WRITE_BUNDLE_RULE_TESTS,
    ...WRITE_BUNDLE_LINK_TESTS,
    ...WRITE_BUNDLE_TARGET_TESTS,
    ...WRITE_BUNDLE_VERSION_TESTS,
    ...WRITE_BUNDLE_EFFECT_TESTS,
    ...WRITE_XML_TESTS,
    ...SWEEP_TESTS,
  ];
  const groups = Object.keys(TEST_GROUPS);
  // A draft is searched by the definitions of the version before it, and has rules of its own.
  const ours = tests.filter(({ versions }) => versions === undefined || versions.includes(mimeVersion));
  return ours.sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
}
