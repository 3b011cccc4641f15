import type { ApiObject } from 'cdk8s';
import * as plus from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type McpEndpoint as McpPlan, type McpServer, PlatformError } from '../config';
import { Component, type Kinds, kubeObject, plusObject } from './component';
import type { AiGateway } from './gateway';

export interface McpEndpointProps {
  readonly gateway: AiGateway;

  /** Path at the gateway, `/mcp`. */
  readonly path: string;

  /** One or more; each becomes a Backend of its name in the gateway's namespace. */
  readonly servers: McpPlan['servers'];

  /** The keys that servers name as `apiKeySecret`, by that name. */
  readonly secrets: Readonly<Record<string, string>>;

  /** @default - the construct's id */
  readonly name?: string;
}

type BackendRef = NonNullable<Kinds['MCPRoute']['spec']>['backendRefs'][number];

/** The only key under which the AI gateway looks for an API key in a Secret. */
const API_KEY_IN_SECRET = 'apiKey';

/**
 * One endpoint of the Model Context Protocol over several MCP servers: MCPRoute, and for each server Backend and,
 * when there is a key, Secret. The gateway opens a session at every server and shows clients one; a tool is known
 * to clients as `<server>__<tool>`, and a tool that is not in `tools` is neither listed nor callable.
 *
 * Every client that the Gateway authenticates may call every tool of the endpoint.
 *
 * Nobody waits for the route's condition Accepted. The controller of AI Gateway 1.0 answers a conflict of its write with a
 * second one, and where that is one, too, it logs "the object has been modified" and leaves the route as not accepted until
 * the spec changes (internal/controller/mcp_route.go, updateMCPRouteStatus): a busy API server would make an update fail
 * for nothing.
 *
 * @throws PlatformError when a server's key was not given or is empty
 */
export class McpEndpoint extends Component {
  readonly name: string;
  readonly route: ApiObject;
  private readonly gateway: AiGateway;

  constructor(scope: Construct, id: string, props: McpEndpointProps) {
    super(scope, id);
    this.name = props.name ?? id;
    this.gateway = props.gateway;
    this.node.addDependency(props.gateway.ready);
    const before = props.servers.flatMap((server) => this.server(server, props.secrets));
    this.route = kubeObject(this, 'route', {
      apiVersion: 'aigateway.envoyproxy.io/v1beta1',
      kind: 'MCPRoute',
      metadata: this.metadata(this.name),
      spec: {
        parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: props.gateway.name }],
        path: props.path,
        backendRefs: props.servers.map(refOf),
      },
    });
    this.route.addDependency(...before);
  }

  private metadata(name: string) {
    return { name, namespace: this.gateway.namespace.name };
  }

  private server(server: McpServer, secrets: McpEndpointProps['secrets']): ApiObject[] {
    const { name, apiKeySecret } = server;
    const { hostname, port, tls } = server.url;
    const backend = kubeObject(this, `backend-${name}`, {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'Backend',
      metadata: this.metadata(name),
      spec: {
        endpoints: [{ fqdn: { hostname, port } }],
        ...(tls && { tls: { wellKnownCACertificates: 'System', sni: hostname } }),
      },
    });
    if (apiKeySecret === undefined) return [backend];
    const apiKey = secrets[apiKeySecret];
    if (!apiKey) {
      throw new PlatformError([
        {
          path: `${this.node.path}/secrets`,
          value: apiKeySecret,
          problem: `no key was given for ${apiKeySecret}, so ${name} would reject every call`,
        },
      ]);
    }
    const secret = plusObject(
      new plus.Secret(this, `secret-${name}`, {
        metadata: this.metadata(name),
        type: 'Opaque',
        stringData: { [API_KEY_IN_SECRET]: apiKey },
      }),
    );
    return [backend, secret];
  }
}

function refOf({ name, url, tools, apiKeySecret }: McpServer): BackendRef {
  return {
    group: 'gateway.envoyproxy.io',
    kind: 'Backend',
    name,
    path: url.prefix,
    ...(tools && { toolSelector: { include: [...tools] } }),
    ...(apiKeySecret !== undefined && { securityPolicy: { apiKey: { secretRef: { name } } } }),
  };
}
