using System.Net;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Core.Calls;
using Trunkline.Core.Protocol;
using Trunkline.Gateway.Dispatch;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Record;
using Trunkline.Gateway.Resources;

namespace Trunkline.Unit.Tests.Resource;

/// <summary>The records of calls that another node placed, asked for over HTTP.</summary>
public sealed class RemoteCallRecordTests : IAsyncLifetime, ICallRecords
{
    private readonly string _directory = ResourceRig.NewDirectory();
    private readonly ResourceClient _client = new();
    private readonly HttpClient _http = new();
    private readonly FakeTimeProvider _time = new();
    private FakeRouter _router = null!;
    private ResourceRig _rig = null!;

    private string Calls => Path.Combine(_directory, "calls");

    public async ValueTask InitializeAsync()
    {
        _router = await FakeRouter.StartAsync();
        _rig = await ResourceRig.StartAsync(
            new FakeTrunk { FarEnd = (_, observer, cancellationToken) => FakeTrunk.Ends(CallOutcome.Busy, observer, cancellationToken) },
            _router, _directory, options => options with { CallsDirectory = Calls });
    }

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        await _router.DisposeAsync();
        _client.Dispose();
        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Gateway_shows_the_record_of_a_call_that_another_node_placed()
    {
        var message = MessageIdOf(1);
        await _rig.ExchangeAsync(ResourceRig.Delivery(new AttemptId(message, 1).ToString()));
        await _rig.UntilForgottenAsync();
        var (calls, notReached) = await Finder(Model()).FindAsync(message, [Attempt(1), Attempt(2)], CancellationToken.None);
        var call = Assert.Single(calls);
        Assert.Equal((new AttemptId(message, 1).ToString(), "busy", "486 Busy Here"), (call.Id, call.Outcome, call.Cause));
        Assert.Empty(notReached);
    }

    [Fact]
    public async Task A_resource_that_is_away_is_named_and_asked_once()
    {
        var (calls, notReached) = await Finder(Model() with { Address = new Uri("http://127.0.0.1:1/resource") })
            .FindAsync(MessageIdOf(1), [Attempt(1), Attempt(2)], CancellationToken.None);
        Assert.Empty(calls);
        Assert.Equal(["R1"], notReached);
    }

    [Fact]
    public async Task A_resource_that_is_slow_holds_nobody_up_for_long()
    {
        var message = MessageIdOf(1);
        await _rig.ExchangeAsync(ResourceRig.Delivery(new AttemptId(message, 1).ToString()));
        await _rig.UntilForgottenAsync();
        // Each question takes a while: the third of them is not asked any more.
        _time.AutoAdvanceAmount = TimeSpan.FromSeconds(8);
        var (calls, notReached) = await Finder(Model()).FindAsync(message, [Attempt(1), Attempt(2), Attempt(3)], CancellationToken.None);
        Assert.Single(calls);
        Assert.Equal(["R1"], notReached);
    }

    [Fact]
    public async Task An_attempt_that_placed_no_call_and_a_resource_that_is_gone_are_asked_nothing()
    {
        var away = Model() with { Address = new Uri("http://127.0.0.1:1/resource") };
        var (_, notReached) = await Finder(away).FindAsync(
            MessageIdOf(1), [Attempt(1) with { CallPlaced = false }, Attempt(2) with { EndedAt = null }, Attempt(3) with { Resource = "gone" }], CancellationToken.None);
        Assert.Empty(notReached);
    }

    [Theory]
    [InlineData("wrong", "m1-1", 401)]
    [InlineData(ResourceRig.RouterPassword, "m1-2", 404)]
    [InlineData(ResourceRig.RouterPassword, "../password", 400)]
    [InlineData(ResourceRig.RouterPassword, null, 400)]
    public async Task Resource_gives_a_record_only_to_its_router_and_only_by_an_id(string password, string? id, int status)
    {
        Directory.CreateDirectory(Calls);
        await File.WriteAllBytesAsync(Path.Combine(Calls, "m1-1.json"), RecordedCallFormat.Write(Call("m1-1", "")));
        using var content = new ByteArrayContent(ResourceMessageFormat.Write(new ResourceMessage { Password = password, MessageId = id }));
        using var answer = await _http.PostAsync(new Uri(_rig.Address.AbsoluteUri.Replace("/exchange", "/call-record", StringComparison.Ordinal)), content);
        Assert.Equal((HttpStatusCode)status, answer.StatusCode);
    }

    [Fact]
    public async Task What_is_too_long_or_another_calls_is_no_record_and_control_characters_do_not_come_through()
    {
        Directory.CreateDirectory(Calls);
        var message = MessageIdOf(1);
        var (first, second, third) = (new AttemptId(message, 1).ToString(), new AttemptId(message, 2).ToString(), new AttemptId(message, 3).ToString());
        await File.WriteAllBytesAsync(Path.Combine(Calls, first + ".json"), RecordedCallFormat.Write(Call(first, "\u001b[2Jgone")));
        await File.WriteAllBytesAsync(Path.Combine(Calls, second + ".json"), RecordedCallFormat.Write(Call(first, "")));
        await File.WriteAllBytesAsync(
            Path.Combine(Calls, third + ".json"), [.. RecordedCallFormat.Write(Call(third, "")), .. Encoding.ASCII.GetBytes(new string(' ', RecordedCallFormat.MaxBytes))]);
        var (calls, _) = await Finder(Model()).FindAsync(message, [Attempt(1), Attempt(2), Attempt(3)], CancellationToken.None);
        Assert.Equal(" [2Jgone", Assert.Single(calls).Events[0].Text);
    }

    Task<RecordedCall?> ICallRecords.FindAsync(AttemptId attempt, CancellationToken cancellationToken) => Task.FromResult<RecordedCall?>(null);

    private static MessageId MessageIdOf(long value) => new(value);

    private CallRecordFinder Finder(ResourceModel model)
    {
        var registry = new ResourceRegistry(new OneResource(model));
        registry.ReloadAsync(CancellationToken.None).GetAwaiter().GetResult();
        return new CallRecordFinder(this, registry, _client, _time);
    }

    private ResourceModel Model() => new()
    {
        Id = 1,
        Name = "R1",
        Type = MessageType.Fax,
        Address = new Uri(_rig.Address.AbsoluteUri.Replace("/exchange", "", StringComparison.Ordinal)),
        CommunicationType = CommunicationType.Http,
        IsActive = true,
        RouterPassword = ResourceRig.RouterPassword,
        ResourcePasswordHash = "",
    };

    private static AttemptRecord Attempt(int number) => new(
        number, "R1", DateTimeOffset.UnixEpoch, null, DateTimeOffset.UnixEpoch, MessageStatus.Deferred, "busy", "", "", CallPlaced: true, 0, null, null, null);

    private static RecordedCall Call(string id, string text) => new()
    {
        Id = id, To = "+12025550100", BegunAt = DateTimeOffset.UnixEpoch, AnsweredAt = null, EndedAt = DateTimeOffset.UnixEpoch, Outcome = "busy", Sentence = "",
        Cause = "", FirstPage = 1, Pages = 1, PagesConfirmed = 0, Way = "", Transport = "", RemoteId = "", Rates = [], PageTimes = [], Media = null,
        Events = [new Trunkline.Core.Calls.RecordedEvent(0, "SIP", text)],
    };

    private sealed class OneResource(ResourceModel model) : IResourceStore
    {
        public Task<IReadOnlyList<(ResourceModel Resource, int Open)>> ListAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<(ResourceModel, int)>>([(model, 0)]);

        public Task SaveAsync(ResourceModel resource, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> AddAsync(ResourceModel resource, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task RegisterAsync(ResourceModel resource, long newId, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> SetModeAsync(string name, bool isActive, bool isDraining, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<bool> SetPreferenceAsync(string name, int preference, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<(ResourceRemoval Result, int Open)> RemoveAsync(string name, bool force, DateTimeOffset now, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
