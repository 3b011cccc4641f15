const pulumi = require('@pulumi/pulumi');
const schema = require('./schema.json');

/** Makes the engine load the plugin of this version, as the official package does. */
const defaults = (options) => pulumi.mergeOptions({ version: schema.version }, options);

const lastOf = (token) => token.slice(token.lastIndexOf(':') + 1);

function resourceClass(token, { properties, requiredInputs }) {
  const type = class extends pulumi.CustomResource {
    static __pulumiType = token;

    static get(name, id, state, options) {
      return new type(name, state, { ...options, id });
    }

    static isInstance(value) {
      return value?.__pulumiType === token;
    }

    constructor(name, given = {}, options = {}) {
      const missing = requiredInputs.find((key) => given[key] === undefined);
      if (missing && !options.id && !options.urn) throw new Error(`Missing required property '${missing}'`);
      const inputs = Object.fromEntries(Object.keys(properties).map((key) => [key, given[key]]));
      super(token, name, inputs, defaults(options));
    }
  };
  Object.defineProperty(type, 'name', { value: lastOf(token) });
  return type;
}

function functionPair(token, { inputs }) {
  const pick = (given = {}) =>
    Object.fromEntries(Object.keys(inputs.properties).map((key) => [key, given[key]]));
  const name = lastOf(token);
  return {
    [name]: (given, options = {}) => pulumi.runtime.invoke(token, pick(given), defaults(options)),
    [`${name}Output`]: (given, options = {}) =>
      pulumi.runtime.invokeOutput(token, pick(given), defaults(options)),
  };
}

/** Settings that are no texts travel as JSON. */
class Provider extends pulumi.ProviderResource {
  static __pulumiType = 'vsphere';

  static isInstance(value) {
    return value?.__pulumiType === 'pulumi:providers:vsphere';
  }

  constructor(name, given = {}, options = {}) {
    const inputs = Object.entries(schema.provider.inputProperties).map(([key, { type }]) => [
      key,
      type === 'string' || given[key] === undefined
        ? given[key]
        : pulumi.output(given[key]).apply(JSON.stringify),
    ]);
    super('vsphere', name, Object.fromEntries(inputs), defaults(options));
  }
}

exports.Provider = Provider;
for (const [token, description] of Object.entries(schema.resources)) {
  exports[lastOf(token)] = resourceClass(token, description);
}
for (const [token, description] of Object.entries(schema.functions)) {
  Object.assign(exports, functionPair(token, description));
}
