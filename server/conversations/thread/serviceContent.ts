/** The template, variables, buttons and images of a service message, as entries store them and screens get them. */
import type { ServiceSnapshot } from '../message.model.ts';

type ServiceContent = Pick<
  ServiceSnapshot,
  'templateName' | 'templateVersion' | 'variables' | 'buttons' | 'imageIds' | 'imageAlts'
>;

/** `imageAlts` stays absent when the template has none. */
export function serviceContentOf({
  templateName,
  templateVersion,
  variables,
  buttons,
  imageIds,
  imageAlts,
}: ServiceContent): ServiceContent {
  return { templateName, templateVersion, variables, buttons, imageIds, ...(imageAlts && { imageAlts }) };
}
