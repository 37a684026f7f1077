using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Spectre.Console;
using Trunkline.Core;
using Trunkline.Gateway.Record;
using Trunkline.Serving;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Commands;

/// <summary>Lists messages, straight from the store: it may be read while the server writes.</summary>
internal static class QueueCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Build(CommandFrame frame)
    {
        var limit = new Option<int>("--limit") { Description = "How many", DefaultValueFactory = _ => 20 };
        var command = new Command("queue", "List messages, newest first") { limit };
        command.SetAction((parsed, cancellationToken) => RunAsync(frame.Configuration(parsed), parsed.GetValue(limit), frame.IsJson(parsed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IConfiguration configuration, int limit, bool asJson, CancellationToken cancellationToken)
    {
        var options = ServerOptions.Read(configuration);
        var path = Path.Combine(options.Data, "trunkline.db");
        if (!File.Exists(path))
            throw new OptionsException($"There is no store in {Path.GetFullPath(options.Data)}. Name the server's with --data.");
        await using var database = SqliteDatabase.OpenToRead(path);
        var messages = await new SqliteRecordStore(database).MessagesAsync(null, null, Math.Clamp(limit, 1, 1000), cancellationToken);
        if (asJson)
            Console.WriteLine(JsonSerializer.Serialize(messages.Select(Row), Json));
        else
        {
            // Wider than 80 columns where there is no terminal: an id that is cut is of no use.
            AnsiConsole.Profile.Width = Math.Max(AnsiConsole.Profile.Width, 160);
            AnsiConsole.Write(Table(messages));
        }
        return 0;
    }

    private static object Row(MessageOverview m) => new
    {
        Id = m.Id.ToString(),
        Submission = m.Submission.ToString(),
        Status = m.Status.Code().ToString(),
        Type = m.Type.ToString().ToLowerInvariant(),
        m.To,
        m.From,
        m.Subject,
        m.Pages,
        m.PagesConfirmed,
        m.Attempts,
        m.Cause,
        m.CreatedAt,
        m.Due,
        m.EndedAt,
    };

    private static Table Table(IReadOnlyList<MessageOverview> messages)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in new[] { "message", "to", "status", "pages", "tries", "accepted", "" })
            table.AddColumn(column);
        foreach (var m in messages)
        {
            var colour = m.Status switch { MessageStatus.Sent => "green", MessageStatus.Failed or MessageStatus.Expired => "red", MessageStatus.Uncertain => "yellow", _ => "blue" };
            table.AddRow(m.Id.ToString(), Markup.Escape(m.To), $"[{colour}]{m.Status.ToString().ToLowerInvariant()}[/]", $"{m.PagesConfirmed}/{m.Pages}",
                m.Attempts.ToString(System.Globalization.CultureInfo.InvariantCulture), m.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
                Markup.Escape(m.Status == MessageStatus.Sent ? "" : m.Cause));
        }
        return table;
    }
}
