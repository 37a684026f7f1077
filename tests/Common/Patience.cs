using System.Runtime.CompilerServices;

namespace Trunkline.Tests;

/// <summary>For what gives no signal of its own: looks each moment, leaves the processor to others meanwhile, and says in the end what did not happen.</summary>
internal static class Patience
{
    /// <summary>Of real time, and only for a test that hangs: what a test waits for takes less than a second on a machine that has nothing else to do.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    /// <summary>Waits until it has happened; <paramref name="meanwhile"/> is done before each look but the first.</summary>
    public static Task UntilAsync(Func<bool> happened, Action? meanwhile = null, [CallerArgumentExpression(nameof(happened))] string what = "") =>
        UntilAsync(() => Task.FromResult(happened()), meanwhile, what);

    /// <inheritdoc cref="UntilAsync(Func{bool}, Action?, string)"/>
    public static async Task UntilAsync(Func<Task<bool>> happened, Action? meanwhile = null, [CallerArgumentExpression(nameof(happened))] string what = "")
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            while (!await happened().WaitAsync(limit.Token))
            {
                await Task.Delay(Moment, TimeProvider.System, limit.Token);
                meanwhile?.Invoke();
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Assert.Fail($"Waited {Limit.TotalSeconds} s in vain for: {what}");
        }
    }
}
