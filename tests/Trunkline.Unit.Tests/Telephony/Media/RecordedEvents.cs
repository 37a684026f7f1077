using System.Collections.Concurrent;
using Trunkline.Telephony.Media;

namespace Trunkline.Unit.Tests.Telephony.Media;

internal sealed class RecordedEvents : IFaxTerminalEvents
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ConcurrentQueue<int> Pages { get; } = new();

    public ConcurrentQueue<(string Ident, int BitRate, bool Ecm)> Transfers { get; } = new();

    public Action<string>? OnTrace { get; set; }

    public void TransferBegins(string remoteIdent, int bitRate, bool ecm) => Transfers.Enqueue((remoteIdent, bitRate, ecm));

    public void PageDone(int page) => Pages.Enqueue(page);

    public void Trace(string layer, string text)
    {
        Lines.Enqueue($"{layer} {text}");
        OnTrace?.Invoke(text);
    }
}
