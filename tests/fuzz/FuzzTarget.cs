namespace Trunkline.Fuzz;

/// <summary>An edge where bytes of strangers come in. It is driven by one thread.</summary>
internal abstract class FuzzTarget : IDisposable
{
    /// <summary>What it is called on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>Real messages to begin with.</summary>
    public abstract IReadOnlyList<byte[]> Corpus { get; }

    /// <summary>Words that mean something here.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>The longest input.</summary>
    public virtual int MaxBytes => 70_000;

    /// <summary>Works on one input. Whatever it is: an exception is a find.</summary>
    public abstract void Run(byte[] input);

    /// <summary>Lets all that an input may have begun come to its end, and throws when something stays.</summary>
    public virtual void Settle()
    {
    }

    public virtual void Dispose()
    {
    }
}
