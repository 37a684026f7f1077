using Serilog.Core;
using Serilog.Events;

namespace Trunkline.Serving;

/// <summary>The bare number of an event, for one column of the log file.</summary>
internal sealed class EventNumber : ILogEventEnricher
{
    /// <inheritdoc />
    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        if (logEvent.Properties.TryGetValue("EventId", out var value) && value is StructureValue structure
            && structure.Properties.FirstOrDefault(p => p.Name == "Id")?.Value is ScalarValue id)
            logEvent.AddPropertyIfAbsent(new LogEventProperty("Event", id));
    }
}
