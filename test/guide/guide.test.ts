/** The guide as SUSHI makes it: one run for all of the tests below, which are grouped in files of their own. */
import { builtGuide, type BuiltGuide } from './built-guide';
import { testCapabilities } from './capabilities';
import { testEndpointProfile } from './endpoint-profile';
import { testPages } from './pages';
import { testSource } from './source';
import { testStudyProfile } from './study-profile';
import { testValueSets } from './value-sets';

let built: BuiltGuide;

beforeAll(async () => {
  built = await builtGuide();
}, 120_000);

afterAll(() => built.remove());

const guide = () => built;

test('SUSHI has nothing to say but that no registry serves a package that it loads by itself', () => {
  expect(built.result.findings.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    'warning: Failed to load automatically-provided hl7.fhir.uv.tools.r4#latest',
  ]);
});

describe('study profile', () => testStudyProfile(guide));
describe('endpoint profile', () => testEndpointProfile(guide));
describe('value sets', () => testValueSets(guide));
describe('capability statement', () => testCapabilities(guide));
describe('source', () => testSource(guide));
describe('pages', () => testPages(guide));
