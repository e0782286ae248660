/** What a service message was made of, as its entry in a thread keeps it and as screens see it. */
import type { ServiceSnapshot } from '../message.model.ts';

type ServiceContent = Pick<
  ServiceSnapshot,
  'templateName' | 'templateVersion' | 'variables' | 'buttons' | 'imageIds' | 'imageAlts'
>;

/** `imageAlts` stays absent where the template does not say what its images show. */
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
