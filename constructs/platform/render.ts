import { App } from 'cdk8s';
import type { LayerName, Platform } from '../../config';
import { manifestsOf, type OrderedManifest } from '../manifests';
import { platformCharts } from '.';
import type { PlatformChartsProps } from './props';

/** One object of a platform: what is applied, in which layer, after what, and what renders it. */
export interface PlatformObject extends OrderedManifest {
  readonly layer: LayerName;
}

export interface RenderPlatformProps extends PlatformChartsProps {
  /**
   * Whether the definitions of kinds are among the objects. They are those of this package, and half of all bytes.
   *
   * @default true
   */
  readonly definitions?: boolean;
}

/**
 * The objects of a platform in the order of creation: the one way from a document to what is applied, judged, written,
 * compared and explained. They are those of the layers that the stack owns. What Helm charts bring is not among them:
 * Pulumi's provider renders charts, with the cluster at hand.
 *
 * @throws PlatformError with every secret that is missing, every name or dependency that cannot be, and every model
 *   that a workload's target names and that is not there
 */
export function renderPlatform(
  platform: Platform,
  { definitions = true, ...props }: RenderPlatformProps,
): readonly PlatformObject[] {
  const charts = platformCharts(new App(), platform, props);
  return platform.layers
    .filter((layer) => definitions || layer !== 'crds')
    .flatMap((layer) => manifestsOf(charts[layer]).map((object): PlatformObject => ({ layer, ...object })));
}
