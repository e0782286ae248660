import { Readable } from 'node:stream';
import { mongodbAdapter } from '@better-auth/mongo-adapter';
import { betterAuth } from 'better-auth';
import { GridFSBucket, ObjectId } from 'mongodb';
import mongoose, { type Connection, Schema } from 'mongoose';
import { RateLimiterMongo } from 'rate-limiter-flexible';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from './testDatabase.ts';

const test = openTestDatabase();

describe('mongoose', () => {
  let connection: Connection;
  beforeAll(async () => {
    connection = await mongoose.createConnection(test.uri, { dbName: test.db.databaseName }).asPromise();
  });
  afterAll(() => connection.close());

  it('builds indexes, populates, casts and keeps versions', async () => {
    const Client = connection.model(
      'Client',
      new Schema({ name: { type: String, index: true }, attributes: { type: Map, of: String } }),
    );
    const conversation = new Schema(
      {
        client: { type: Schema.Types.ObjectId, ref: 'Client' },
        labels: [String],
        unread: { type: Number, default: 0 },
        revision: BigInt,
        raw: Buffer,
        price: Schema.Types.Decimal128,
      },
      { timestamps: true, strict: 'throw' },
    );
    conversation.index({ client: 1, updatedAt: -1 });
    const Conversation = connection.model('Conversation', conversation);
    await Promise.all([Client.init(), Conversation.init()]);
    expect(Object.keys(await Conversation.collection.indexInformation())).toContain('client_1_updatedAt_-1');

    const client = await Client.create({ name: 'Анна', attributes: new Map([['город', 'Казань']]) });
    const made = await Conversation.create({
      client: client._id,
      labels: ['новый'],
      revision: 2n ** 60n,
      raw: Buffer.from('байты'),
      price: '19.90',
    });
    const found = await Conversation.findById(made._id)
      .populate<{ client: { name: string; attributes: Map<string, string> } }>('client')
      .orFail();
    expect(found.client.name).toBe('Анна');
    expect(found.client.attributes.get('город')).toBe('Казань');
    expect(found.revision).toBe(2n ** 60n);
    expect(found.raw?.toString()).toBe('байты');
    expect(String(found.price)).toBe('19.90');

    made.labels.push('срочный');
    await made.save();
    await Conversation.updateOne(
      { _id: made._id },
      { $inc: { unread: 1 }, $addToSet: { labels: 'срочный' } },
    );
    const changed = await Conversation.findOneAndUpdate(
      { _id: made._id, unread: 1 },
      { $set: { unread: 0 } },
      { returnDocument: 'after' },
    ).lean();
    expect(changed).toMatchObject({ labels: ['новый', 'срочный'], unread: 0 });
    expect(changed!.updatedAt.getTime()).toBeGreaterThanOrEqual(changed!.createdAt.getTime());
  });

  it('streams with a cursor and writes in bulk', async () => {
    const Item = connection.model('Item', new Schema({ n: Number }));
    await Item.bulkWrite(Array.from({ length: 500 }, (_, n) => ({ insertOne: { document: { n } } })));
    let sum = 0;
    for await (const item of Item.find().sort({ n: 1 }).cursor({ batchSize: 50 })) sum += item.n!;
    expect(sum).toBe((499 * 500) / 2);
  });
});

describe('better-auth', () => {
  it('signs people up and in, and finds their sessions', async () => {
    const auth = betterAuth({
      database: mongodbAdapter(test.db),
      secret: 'a secret that is only for this test, and long',
      baseURL: 'http://localhost:3000',
      emailAndPassword: { enabled: true },
      logger: { disabled: true },
      telemetry: { enabled: false },
    });
    const person = { email: 'Agent@example.com', password: 'correct horse battery', name: 'Агент' };
    const signedUp = await auth.api.signUpEmail({ body: person });
    expect(signedUp.user.email).toBe('agent@example.com');
    await expect(auth.api.signUpEmail({ body: person })).rejects.toThrow();

    const { headers, response } = await auth.api.signInEmail({ body: person, returnHeaders: true });
    expect(response.user.id).toBe(signedUp.user.id);
    const cookie = headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const session = await auth.api.getSession({ headers: new Headers({ cookie }) });
    expect(session?.user.name).toBe('Агент');
    await expect(auth.api.signInEmail({ body: { ...person, password: 'wrong' } })).rejects.toThrow();
    await auth.api.signOut({ headers: new Headers({ cookie }) });
    expect(await auth.api.getSession({ headers: new Headers({ cookie }) })).toBeNull();
  });
});

describe('GridFSBucket', () => {
  it('stores, reads in part, lists and deletes files', async () => {
    const bucket = new GridFSBucket(test.db, {
      bucketName: `files${new ObjectId().toHexString()}`,
      chunkSizeBytes: 64 * 1024,
    });
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
    const upload = bucket.openUploadStream('photo.jpeg', { metadata: { owner: 'a' } });
    await new Promise((resolve, reject) =>
      Readable.from([content]).pipe(upload).on('finish', resolve).on('error', reject),
    );
    const read = async (stream: Readable) => Buffer.concat((await stream.toArray()) as Buffer[]);
    expect((await read(bucket.openDownloadStream(upload.id))).equals(content)).toBe(true);
    expect(
      (await read(bucket.openDownloadStream(upload.id, { start: 70_000, end: 200_000 }))).equals(
        content.subarray(70_000, 200_000),
      ),
    ).toBe(true);
    expect(await bucket.find({ 'metadata.owner': 'a' }).toArray()).toMatchObject([
      { filename: 'photo.jpeg', length: 300_000 },
    ]);
    await bucket.delete(upload.id);
    expect(await bucket.find().toArray()).toEqual([]);
  });
});

describe('rate-limiter-flexible', () => {
  it('counts points in the database', async () => {
    const limiter = new RateLimiterMongo({
      storeClient: test.client,
      dbName: test.db.databaseName,
      tableName: 'limits',
      points: 3,
      duration: 60,
    });
    await Promise.all([1, 2, 3].map(() => limiter.consume('key')));
    await expect(limiter.consume('key')).rejects.toMatchObject({ remainingPoints: 0 });
    expect((await limiter.get('key'))?.consumedPoints).toBe(4);
  });
});
