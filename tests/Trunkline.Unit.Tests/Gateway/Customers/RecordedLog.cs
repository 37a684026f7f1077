using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Trunkline.Unit.Tests.Gateway.Customers;

/// <summary>Keeps what was logged.</summary>
internal sealed class RecordedLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<(int Event, LogLevel Level, string Text)> Lines { get; } = new();

    public int Count(int id) => Lines.Count(l => l.Event == id);

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((eventId.Id, logLevel, formatter(state, exception)));

    public void Dispose() => Lines.Clear();
}
