using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Filter;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Receipts;
using Trunkline.Gateway.Record;
using Trunkline.Gateway.Resources;
using Trunkline.Gateway.Retention;
using Trunkline.Gateway.Routing;
using Trunkline.Gateway.Settling;
using Trunkline.Gateway.Webhooks;
using Trunkline.Storage.Bodies;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Storage;

/// <summary>Adds the store on SQLite.</summary>
public static class SqliteStorage
{
    /// <param name="services">The program's.</param>
    /// <param name="directory">Holds <c>trunkline.db</c> and <c>bodies/</c>.</param>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, string directory) => services
        .AddSingleton(s => new SqliteDatabase(Path.Combine(directory, "trunkline.db"), s.GetRequiredService<ILogger<SqliteDatabase>>()))
        .AddSingleton(_ => new BodyFiles(Path.Combine(directory, "bodies")))
        .AddSingleton<SqliteBodies>()
        .AddSingleton<SqliteCustomerStore>()
        .AddSingleton<ICustomerStore>(s => s.GetRequiredService<SqliteCustomerStore>())
        .AddSingleton<ICustomerRegister, SqliteCustomerRegister>()
        .AddSingleton<ICoverNames, SqliteCoverNames>()
        .AddSingleton<IFilterStore, SqliteFilterStore>()
        .AddSingleton<IFileTypeStore, SqliteFileTypeStore>()
        .AddSingleton<IRequestClaims, SqliteRequestClaims>()
        .AddSingleton<IMessageRecords, SqliteMessageRecords>()
        .AddSingleton<IRecordCounts, SqliteRecordCounts>()
        .AddSingleton<IWebhookStore, SqliteWebhookStore>()
        .AddSingleton<SqliteIntakeStore>()
        .AddSingleton<IIntakeStore>(s => s.GetRequiredService<SqliteIntakeStore>())
        .AddSingleton<IQueueStore, SqliteQueueStore>()
        .AddSingleton<IOperationsStore, SqliteOperationsStore>()
        .AddSingleton<IPreparingStore, SqlitePreparingStore>()
        .AddSingleton<IDispatchStore, SqliteDispatchStore>()
        .AddSingleton<ISettlingStore, SqliteSettlingStore>()
        .AddSingleton<IReceiptStore, SqliteReceiptStore>()
        .AddSingleton<IResponseStore, SqliteResponseStore>()
        .AddSingleton<IResourceStore, SqliteResourceStore>()
        .AddSingleton<IRecordStore, SqliteRecordStore>()
        .AddSingleton<IBillingStore, SqliteBillingStore>()
        .AddSingleton<IRateStore, SqliteRateStore>()
        .AddSingleton<IRouteStore, SqliteRouteStore>()
        .AddSingleton<IRetentionStore, SqliteRetentionStore>()
        .AddSingleton<ICoverStore, SqliteCoverStore>()
        .AddSingleton<IBroadcastStore, SqliteBroadcastStore>()
        .AddSingleton<IBroadcastListStore, SqliteBroadcastListStore>()
        .AddSingleton<IStorageSpace>(s => new DiskSpace(directory, s.GetRequiredService<TimeProvider>()));
}
