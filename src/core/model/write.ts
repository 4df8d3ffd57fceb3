/** The closed list of changes that kubemend can make to a cluster: data, so that a plan can be hashed, an intent stored and a write repeated. */
import { z } from 'zod';
import { ResourceRef } from './resource.ts';

/** Any JSON value: Kubernetes' own form, kept as it is. */
export const Json: z.ZodType<Json> = z.json();
export type Json = z.core.util.JSONType;

/** Asks the Eviction API to end one pod, by uid. */
export const EvictWrite = z.strictObject({ verb: z.literal('evict'), target: ResourceRef }).readonly();

/** Sets the pod template of a Deployment, StatefulSet or DaemonSet to `template`, whole. */
export const TemplateWrite = z.strictObject({ verb: z.literal('replace-template'), target: ResourceRef, template: Json }).readonly();
export type TemplateWrite = z.infer<typeof TemplateWrite>;

/** Sets the replica count of a Deployment or StatefulSet through its scale subresource. */
export const ScaleWrite = z.strictObject({ verb: z.literal('scale'), target: ResourceRef, replicas: z.number().int().min(0) }).readonly();

/** Sets requests and limits of a running pod's containers through its resize subresource; quantities as Kubernetes writes them. */
export const ResizeWrite = z
  .strictObject({
    verb: z.literal('resize'),
    target: ResourceRef,
    containers: z
      .array(
        z
          .strictObject({
            name: z.string(),
            requests: z.record(z.string(), z.string()).readonly(),
            limits: z.record(z.string(), z.string()).readonly(),
          })
          .readonly(),
      )
      .min(1)
      .readonly(),
  })
  .readonly();
export type ResizeWrite = z.infer<typeof ResizeWrite>;

/** One change with absolute values. */
export const ClusterWrite = z.discriminatedUnion('verb', [EvictWrite, TemplateWrite, ScaleWrite, ResizeWrite]);
export type ClusterWrite = z.infer<typeof ClusterWrite>;
/** What a write does, in one word. */
export type Verb = ClusterWrite['verb'];
