/** The rules whose bad samples are tried: attachment, what controllers refuse, collisions, their wiring, secrets and keys. */
export const VERDICT_RULES: readonly string[] = [
  ...['G14', 'G18', 'G21'],
  // Each rule from G32 on is about one of these.
  ...Array.from({ length: 22 }, (_, index) => `G${32 + index}`),
  ...['R05', 'R10', 'R11', 'R13', 'R14', 'R16', 'R17', 'R19', 'R20', 'R21', 'R22', 'R23', 'R26'],
];

/** Samples that no datacenter without clouds and GPUs of its own can hold, by rule and what they show: each with the reason. */
export const UNMOVABLE: Readonly<Record<string, string>> = {
  'G42 an Envoy Gateway without an extension':
    'the embedded datacenter writes the address of the AI gateway into every configuration',
  'G46 another port than that of the model server':
    'an InferencePool needs an endpoint picker, and pods of the sample’s own model server on GPUs',
};

/** Why a sample has no row; undefined where it has one. */
export const unmovable = (rule: string, shows: string): string | undefined => UNMOVABLE[`${rule} ${shows}`];
