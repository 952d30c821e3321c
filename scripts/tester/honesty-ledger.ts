/** What single searches show of a parameter in (in the self link, in what was found), a tally for each parameter out. */

/** What one test saw of a parameter, or of an interaction; undefined for what it could not see. */
export interface Sight {
  /** The self link named it where it was evidently used. */
  readonly echoed?: boolean;
  /** Something that is there was left out because of it. */
  readonly filters?: boolean;
  /** The answer was the right one. */
  readonly right?: boolean;
}

export interface HonestyLedger {
  /** Notes what a test saw; a later look of the same test counts instead of an earlier one. */
  note(type: string, name: string, test: string, sight: Sight): void;
  /** Sights by test id. */
  of(type: string, name: string): ReadonlyMap<string, Sight>;
  /** Every name that was looked at on a type, in the order of first sight. */
  names(type: string): readonly string[];
  /** Every type of which a name was looked at. */
  types(): readonly string[];
}

export function createHonestyLedger(): HonestyLedger {
  const types = new Map<string, Map<string, Map<string, Sight>>>();
  return {
    note(type, name, test, sight) {
      const names = types.get(type) ?? new Map<string, Map<string, Sight>>();
      types.set(type, names);
      const sights = names.get(name) ?? new Map<string, Sight>();
      names.set(name, sights);
      sights.set(test, { ...sights.get(test), ...sight });
    },
    of: (type, name) => types.get(type)?.get(name) ?? new Map<string, Sight>(),
    names: (type) => [...(types.get(type)?.keys() ?? [])],
    types: () => [...types.keys()],
  };
}

/** Whether some test saw a parameter, named `Type.name`, or `_name` where every type has it, leave something out. */
export function seenToFilter(ledger: HonestyLedger): (parameter: string) => boolean {
  return (parameter) => {
    const [type, name] = parameter.startsWith('_') ? [undefined, parameter] : [parameter.slice(0, parameter.indexOf('.')), parameter.slice(parameter.indexOf('.') + 1)];
    return (type === undefined ? ledger.types() : [type]).some((one) => [...ledger.of(one, name).values()].some(({ filters }) => filters === true));
  };
}
