/**
 * A template as it is stored. One document holds all fields that an action changes, so that each action is one atomic
 * write: the whole latest version, and the version that is sent now. Versions that a reviewer has seen are also
 * stored one document each.
 */
import { type Connection, type Model, Schema, type Types } from 'mongoose';
import type { AuditAction } from '../../shared/schemas/auditActions.ts';
import {
  type TemplateContent,
  type TemplateStatus,
  type TemplateVersion,
  templateStatuses,
} from '../../shared/schemas/template.ts';

type AfterDot<Kind extends string, Action> = Action extends `${Kind}.${infer Moved}` ? Moved : never;
/** What happened to it, as in the action of its audit line. */
export type TemplateActed = AfterDot<'template', AuditAction>;

/** A person and a time. */
export interface Step {
  at: Date;
  personId: string;
  personName: string;
}

export type VersionStatus = Exclude<TemplateStatus, 'archived'>;

export interface VersionState {
  version: number;
  content: TemplateContent;
  status: VersionStatus;
  /** Why it was rejected. */
  reason: string | null;
  saved: Step;
  /** Set when the version is submitted. From then on its content never changes: an edit creates the next version. */
  submitted: Step | null;
  decided: Step | null;
}

export interface Template {
  _id: Types.ObjectId;
  companyId: Types.ObjectId;
  name: string;
  title: string;
  revision: number;
  status: TemplateStatus;
  latest: VersionState;
  /** The version that is sent now. */
  approved: TemplateVersion | null;
  /** The action that made this revision. Its audit line is written after it, and before the next action. */
  lastMove: Step & { action: TemplateActed; version: number; reason: string | null };
  /** False until the audit line and the version's own document are written. */
  isSettled: boolean;
  createdAt: Date;
  changedAt: Date;
}

export interface KeptVersion extends VersionState {
  _id: Types.ObjectId;
  templateId: Types.ObjectId;
  /** The template's revision that this was copied from: an older copy never replaces a newer one. */
  revision: number;
}

const whole = { type: Schema.Types.Mixed, required: true };

const templateSchema = new Schema<Template>(
  {
    companyId: { type: Schema.Types.ObjectId, required: true },
    name: { type: String, required: true },
    title: { type: String, required: true },
    revision: { type: Number, required: true },
    status: { type: String, enum: templateStatuses, required: true },
    // Checked by the schemas in `shared/` and written whole; the types above describe the content.
    latest: whole,
    approved: { type: Schema.Types.Mixed, default: null },
    lastMove: whole,
    isSettled: { type: Boolean, required: true },
    createdAt: { type: Date, required: true },
    changedAt: { type: Date, required: true },
  },
  { strict: 'throw', collection: 'templates', versionKey: false, minimize: false },
);
templateSchema.index({ companyId: 1, name: 1 }, { unique: true });
templateSchema.index({ companyId: 1, status: 1, name: 1 });
templateSchema.index({ isSettled: 1 });
// For the sweep of images: which templates use an image.
templateSchema.index({ companyId: 1, 'latest.content.imageIds': 1 });
templateSchema.index({ companyId: 1, 'approved.imageIds': 1 });

const versionSchema = new Schema<KeptVersion>(
  {
    templateId: { type: Schema.Types.ObjectId, required: true },
    revision: { type: Number, required: true },
    version: { type: Number, required: true },
    content: whole,
    status: { type: String, enum: templateStatuses, required: true },
    reason: { type: String, default: null },
    saved: whole,
    submitted: { type: Schema.Types.Mixed, default: null },
    decided: { type: Schema.Types.Mixed, default: null },
  },
  { strict: 'throw', collection: 'templateVersions', versionKey: false, minimize: false },
);
versionSchema.index({ templateId: 1, version: 1 }, { unique: true });
versionSchema.index({ 'content.imageIds': 1 });

export function templateModel(connection: Connection): Model<Template> {
  return connection.models.Template ?? connection.model<Template>('Template', templateSchema);
}

export function templateVersionModel(connection: Connection): Model<KeptVersion> {
  return connection.models.TemplateVersion ?? connection.model<KeptVersion>('TemplateVersion', versionSchema);
}
