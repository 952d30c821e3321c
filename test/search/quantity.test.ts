import { checkCases, indexOf, resourcesOf } from './support';

const UCUM = 'http://unitsofmeasure.org';

describe('numbers', () => {
  const risk = (probabilityDecimal: number) => ({ prediction: [{ probabilityDecimal }] });
  checkCases('RiskAssessment', indexOf(resourcesOf('RiskAssessment', { a: risk(0.8), b: risk(0.81), c: risk(0.9), d: risk(0.75), e: risk(0.85), none: {} })), [
    { rule: 'number-eq', query: 'probability=0.8', must: ['a', 'b'], either: ['d'] },
    { rule: 'open-number-precision', query: 'probability=0.80', either: ['a'] },
    { rule: 'number-eq', query: 'probability=8e-1', must: ['a', 'b'], either: ['d'] },
    { rule: 'number-compare', query: 'probability=gt0.8', must: ['b', 'c', 'e'], either: ['a'] },
    { rule: 'number-compare', query: 'probability=ge0.8', must: ['a', 'b', 'c', 'e'] },
    { rule: 'number-compare', query: 'probability=lt0.8', must: ['d'], either: ['a'] },
    { rule: 'number-compare', query: 'probability=sa0.8', must: ['b', 'c', 'e'] },
    { rule: 'number-compare', query: 'probability=eb0.8', must: ['d'] },
    { rule: 'number-ap', query: 'probability=ap0.8', must: ['a', 'b', 'd'], either: ['c', 'e'] },
  ]);
  checkCases('RiskAssessment', indexOf(resourcesOf('RiskAssessment', { beside: risk(14), above: risk(21), below: risk(-1), least: risk(0) })), [
    { rule: 'number-ap', query: 'probability=ap10', either: ['beside', 'least'] },
  ]);
  const range = (low?: number, high?: number) => ({ prediction: [{ probabilityRange: { ...(low === undefined ? {} : { low: { value: low } }), ...(high === undefined ? {} : { high: { value: high } }) } }] });
  checkCases('RiskAssessment', indexOf(resourcesOf('RiskAssessment', { upTo: range(undefined, 0.5), from: range(0.5), between: range(0.2, 0.4), bad: { prediction: [{ probabilityDecimal: 'high' }] } })), [
    { rule: 'number-compare', query: 'probability=lt0.3', must: ['upTo', 'between'], either: ['bad'] },
    { rule: 'number-compare', query: 'probability=gt0.3', must: ['upTo', 'from', 'between'], either: ['bad'] },
    { rule: 'number-compare', query: 'probability=gt0.6', must: ['from'], either: ['bad'] },
    { rule: 'number-compare', query: 'probability=sa0.3', must: ['from'], either: ['bad'] },
    { rule: 'number-compare', query: 'probability=eb0.6', must: ['upTo', 'between'], either: ['bad'] },
    { rule: 'number-eq', query: 'probability=0.3', either: ['bad'] },
    { rule: 'number-eq', query: 'probability=ne0.3', must: ['upTo', 'from', 'between'], either: ['bad'] },
    { rule: 'number-ap', query: 'probability=ap0.3', must: ['upTo', 'between'], either: ['from', 'bad'] },
    { rule: 'number-ap', query: 'probability=ap0.6', must: ['from'], either: ['upTo', 'between', 'bad'] },
    { rule: 'number-ap', query: 'probability=ap0.1', must: ['upTo'], either: ['between', 'bad'] },
    { rule: 'open-value-malformed', query: 'probability=0.9', either: ['bad'] },
    { rule: 'open-missing-empty', query: 'probability:missing=true', either: ['bad'] },
  ]);
  const dose = (doseNumberPositiveInt: number) => ({ recommendation: [{ doseNumberPositiveInt }] });
  checkCases('MolecularSequence', indexOf(resourcesOf('MolecularSequence', { a: { variant: [{ start: 100, end: 110 }] }, b: { variant: [{ start: 97, end: 98 }] }, c: dose(1) })), [
    { rule: 'number-eq', query: 'variant-start=100', must: ['a'] },
    { rule: 'number-eq', query: 'variant-start=100.00', must: ['a'] },
    { rule: 'number-eq', query: 'variant-start=100.5' },
    { rule: 'number-eq', query: 'variant-start=1e2', must: ['a', 'b'] },
    { rule: 'number-eq', query: 'variant-start=ne100', must: ['b'], either: ['c'] },
    { rule: 'open-ne-valueless', query: 'variant-start=ne100', must: ['b'], either: ['c'] },
    { rule: 'number-compare', query: 'variant-start=gt97', must: ['a'] },
  ]);
});

describe('quantities', () => {
  const value = (valueQuantity: object) => ({ valueQuantity });
  checkCases(
    'Observation',
    indexOf(
      resourcesOf('Observation', {
        mg: value({ value: 5.4, unit: 'mg', system: UCUM, code: 'mg' }),
        g: value({ value: 0.0054, unit: 'g', system: UCUM, code: 'g' }),
        text: value({ value: 5.4, unit: 'mg' }),
        custom: value({ value: 5.4, system: 'http://units.example', code: 'mg' }),
        six: value({ value: 6, system: UCUM, code: 'mg' }),
        below: value({ value: 5.4, comparator: '<', system: UCUM, code: 'mg' }),
        sampled: { valueSampledData: { origin: { value: 1, system: UCUM, code: 'mg' } } },
        none: {},
      }),
    ),
    [
      { rule: 'quantity-unit', query: `value-quantity=5.4|${UCUM}|mg`, must: ['mg'], either: ['g', 'below', 'sampled'] },
      { rule: 'quantity-unit', query: 'value-quantity=5.4||mg', must: ['mg', 'text', 'custom'], either: ['g', 'below', 'sampled'] },
      { rule: 'number-eq', query: 'value-quantity=5.4', must: ['mg', 'text', 'custom'], either: ['below', 'sampled'] },
      { rule: 'number-compare', query: `value-quantity=gt5.5|${UCUM}|mg`, must: ['six'], either: ['g', 'below', 'sampled'] },
      { rule: 'open-quantity-unit', query: `value-quantity=gt5.5|${UCUM}|kg`, either: ['mg', 'g', 'six', 'below', 'sampled'] },
      { rule: 'quantity-unit', query: 'value-quantity=5.4|http://units.example|mg', must: ['custom'] },
      { rule: 'quantity-unit', query: 'value-quantity=5.4|http://units.example|', must: ['custom'] },
      { rule: 'number-compare', query: 'value-quantity=lt1', must: ['g'], either: ['below', 'sampled'] },
      { rule: 'missing', query: 'value-quantity:missing=true', must: ['none'] },
    ],
  );
  checkCases('Observation', indexOf(resourcesOf('Observation', { unvalued: value({ unit: 'mg' }) })), [
    { rule: 'open-missing-empty', query: 'value-quantity:missing=true', either: ['unvalued'] },
    { rule: 'open-value-malformed', query: 'value-quantity=gt5', either: ['unvalued'] },
  ]);
  checkCases('Invoice', indexOf(resourcesOf('Invoice', { euro: { totalGross: { value: 40.25, currency: 'EUR' } } })), [
    { rule: 'quantity-unit', query: 'totalgross=40.25|urn:iso:std:iso:4217|EUR', must: ['euro'] },
    { rule: 'quantity-unit', query: 'totalgross=40.25||USD' },
  ]);
  checkCases('Condition', indexOf(resourcesOf('Condition', { age: { onsetAge: { value: 52, system: UCUM, code: 'a' } }, range: { onsetRange: { low: { value: 40, system: UCUM, code: 'a' }, high: { value: 60, system: UCUM, code: 'a' } } } })), [
    { rule: 'number-compare', query: `onset-age=gt50|${UCUM}|a`, must: ['age', 'range'] },
    { rule: 'number-compare', query: `onset-age=sa50|${UCUM}|a`, must: ['age'] },
    { rule: 'number-eq', query: `onset-age=52|${UCUM}|a`, must: ['age'] },
  ]);
});

describe('composites', () => {
  const component = (code: string, number: number) => ({ code: { coding: [{ system: 'http://loinc.org', code }] }, valueQuantity: { value: number, system: UCUM, code: 'mm[Hg]' } });
  const index = indexOf(
    resourcesOf('Observation', {
      low: { component: [component('8480-6', 55), component('8462-4', 40)] },
      high: { component: [component('8480-6', 140), component('8462-4', 50)] },
      direct: { code: { coding: [{ system: 'http://loinc.org', code: '8480-6' }] }, valueQuantity: { value: 50 } },
    }),
  );
  checkCases('Observation', index, [
    { rule: 'composite', query: 'component-code-value-quantity=http://loinc.org|8480-6$lt60', must: ['low'] },
    { rule: 'composite', query: 'component-code-value-quantity=8480-6$lt60', must: ['low'] },
    { rule: 'composite', query: 'combo-code-value-quantity=8480-6$lt60', must: ['low', 'direct'] },
    { rule: 'or', query: 'component-code-value-quantity=8480-6$gt130,8462-4$lt45', must: ['low', 'high'] },
    { rule: 'composite', query: 'component-code-value-quantity=8462-4$gt100' },
  ]);
  const characteristic = (code: string, text: string) => ({ characteristic: [{ code: { text: code, coding: [{ code }] }, valueCodeableConcept: { coding: [{ code: text }] } }] });
  checkCases('Group', indexOf(resourcesOf('Group', { mixed: characteristic('gender', 'mixed'), owner: characteristic('owner', 'mixed') })), [
    { rule: 'composite', query: 'characteristic-value=gender$mixed', must: ['mixed'] },
    { rule: 'or', query: 'characteristic-value=gender$mixed,owner$mixed', must: ['mixed', 'owner'] },
  ]);
});
