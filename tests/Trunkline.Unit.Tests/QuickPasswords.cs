using System.Runtime.CompilerServices;
using Trunkline.Gateway.Customers;

namespace Trunkline.Unit.Tests;

internal static class QuickPasswords
{
    /// <summary>A hash that is slow by intent is of no use to a test, and a hundred of them are a tenth of its time.</summary>
    [ModuleInitializer]
    public static void Set() => CustomerKeyHash.Iterations = 1;
}
